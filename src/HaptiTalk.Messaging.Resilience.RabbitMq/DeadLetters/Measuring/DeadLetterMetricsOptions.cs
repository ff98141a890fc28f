namespace HaptiTalk.Messaging.Resilience;

/// <summary>How queues of dead letters are measured.</summary>
public sealed record DeadLetterMetricsOptions
{
    /// <summary>How often. 1 second to 1 day. Default: 15 seconds.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Queues to measure besides those that are found, or, without the management API, instead of them. Default: none.</summary>
    public IReadOnlyCollection<string> Queues { get; init; } = [];
}
