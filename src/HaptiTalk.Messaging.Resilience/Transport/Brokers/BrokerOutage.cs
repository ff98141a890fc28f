namespace HaptiTalk.Messaging.Resilience.Transport;

/// <summary>A broker that is away.</summary>
/// <param name="Since">When it was noticed.</param>
/// <param name="Reason">What was noticed.</param>
public sealed record BrokerOutage(DateTimeOffset Since, string Reason);
