namespace HaptiTalk.Messaging.Resilience;

/// <summary>Changed settings are in force.</summary>
public sealed record ProfilesReloaded : ResilienceEvent
{
    /// <summary>Counts the settings that have been in force, from 1.</summary>
    public required long Revision { get; init; }
}

/// <summary>Changed settings are invalid; the last good ones stay in force.</summary>
public sealed record ProfileReloadFailed : ResilienceEvent
{
    /// <summary>Everything that is wrong with them.</summary>
    public required IReadOnlyList<ProfileProblem> Problems { get; init; }
}
