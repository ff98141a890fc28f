namespace HaptiTalk.Messaging.Resilience.Transport;

/// <summary>A reply that was remembered, and how old it is.</summary>
/// <param name="Message">The reply.</param>
/// <param name="Age">How long ago it was received. From zero.</param>
public sealed record LastGoodReply(object Message, TimeSpan Age);
