namespace HaptiTalk.Messaging.Resilience;

/// <summary>What holds for the whole process at one moment, whatever the service.</summary>
public sealed record HostSnapshot
{
    /// <summary>Counts the settings that have been in force, from 1.</summary>
    public required long Revision { get; init; }

    /// <summary>The names of the profiles, in their order.</summary>
    public IReadOnlyList<string> Profiles { get; init; } = [];

    /// <summary>What is wrong with a newer configuration that was not applied; empty while the newest one is in force.</summary>
    public IReadOnlyList<ProfileProblem> PendingProblems { get; init; } = [];

    /// <summary>When that was refused; null while the newest one is in force.</summary>
    public DateTimeOffset? PendingSince { get; init; }

    /// <summary>The endpoints that take no messages, by their address.</summary>
    public IReadOnlyList<PausedEndpoint> PausedEndpoints { get; init; } = [];

    /// <summary>The brokers that no message can be sent to, by their address.</summary>
    public IReadOnlyList<LostBroker> LostBrokers { get; init; } = [];
}
