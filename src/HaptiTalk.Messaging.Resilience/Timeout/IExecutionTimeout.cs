namespace HaptiTalk.Messaging.Resilience;

/// <summary>
/// What every timeout of the framework says, whatever its exception derives from: <see cref="ExecutionTimeoutException"/>, and of a
/// request <c>RequestTimedOutException</c>.
/// </summary>
public interface IExecutionTimeout
{
    /// <summary>The profile that applied.</summary>
    string Service { get; }

    /// <summary>What was run or requested.</summary>
    string Operation { get; }

    /// <summary>The bound of the whole call: its total, or what was left of an outer deadline.</summary>
    TimeSpan Timeout { get; }

    /// <summary>How long the caller waited.</summary>
    TimeSpan Elapsed { get; }

    /// <summary>Attempts begun in that time; 0 when none was admitted in time.</summary>
    int Attempts { get; }
}
