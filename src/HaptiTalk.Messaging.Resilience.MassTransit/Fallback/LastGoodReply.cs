namespace HaptiTalk.Messaging.Resilience;

/// <summary>A reply that was remembered, and how old it is.</summary>
internal sealed record LastGoodReply(object Message, TimeSpan Age);
