namespace HaptiTalk.Messaging.Resilience;

/// <summary>A broker that no message can be sent to.</summary>
/// <param name="Broker">Its address, without credentials.</param>
/// <param name="Since">When it was noticed.</param>
/// <param name="Reason">What was noticed.</param>
public sealed record LostBroker(string Broker, DateTimeOffset Since, string Reason);
