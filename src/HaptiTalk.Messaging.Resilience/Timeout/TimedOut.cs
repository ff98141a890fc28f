namespace HaptiTalk.Messaging.Resilience;

/// <summary>A call did not end within its total timeout.</summary>
public sealed record TimedOut : ServiceEvent
{
    /// <summary>The bound of the whole call.</summary>
    public required TimeSpan Timeout { get; init; }

    /// <summary>Attempts begun in that time.</summary>
    public required int Attempts { get; init; }
}
