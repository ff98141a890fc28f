namespace HaptiTalk.Messaging.Resilience;

/// <summary>An attempt failed and will be repeated.</summary>
public sealed record Retrying : ServiceEvent
{
    /// <summary>1 for the first repeat.</summary>
    public required int Attempt { get; init; }

    /// <summary>The wait before it.</summary>
    public required TimeSpan Delay { get; init; }

    /// <summary>What the attempt failed with.</summary>
    public required Exception Failure { get; init; }
}
