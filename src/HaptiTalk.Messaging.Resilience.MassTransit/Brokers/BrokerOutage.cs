namespace HaptiTalk.Messaging.Resilience;

/// <summary>A broker that is away.</summary>
/// <param name="Since">When it was noticed.</param>
/// <param name="Reason">What was noticed.</param>
internal sealed record BrokerOutage(DateTimeOffset Since, string Reason);
