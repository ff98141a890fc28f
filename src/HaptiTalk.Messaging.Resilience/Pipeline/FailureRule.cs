namespace HaptiTalk.Messaging.Resilience;

/// <summary>What the host's code says of one type of exception.</summary>
/// <param name="Type">The type; what derives from it is meant, too.</param>
/// <param name="Service">The service it is said for; null for all.</param>
/// <param name="ShouldHandle">Whether such an exception is a failure of the service.</param>
internal sealed record FailureRule(Type Type, string? Service, Func<Exception, bool> ShouldHandle);
