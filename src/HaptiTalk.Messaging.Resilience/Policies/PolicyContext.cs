namespace HaptiTalk.Messaging.Resilience;

/// <summary>For which service a policy of the host's own is being built.</summary>
/// <param name="Service">The profile's name.</param>
/// <param name="Side">Where the calls are protected.</param>
/// <param name="Operation">The operation, where it has state of its own; null when all operations share.</param>
/// <param name="Services">The host's services.</param>
public sealed record PolicyContext(string Service, ResilienceSide Side, string? Operation, IServiceProvider Services);
