namespace HaptiTalk.Messaging.Resilience;

/// <summary>
/// The work did not end within its timeout. The message says what set it: the setting, the call, or the deadline of a call further
/// out, with whose it is and how much was left of it.
/// </summary>
public sealed class ExecutionTimeoutException : TimeoutException, IExecutionTimeout
{
    /// <summary>A timeout as the framework throws it, to be thrown by a test in its place.</summary>
    /// <param name="service">The profile it ran under.</param>
    /// <param name="operation">What was run.</param>
    /// <param name="timeout">The bound of the whole call.</param>
    /// <param name="elapsed">How long the caller waited. Default: <paramref name="timeout"/>.</param>
    /// <param name="attempts">Attempts begun in that time.</param>
    public ExecutionTimeoutException(string service, string operation, TimeSpan timeout, TimeSpan? elapsed = null, int attempts = 1)
        : base(TimeoutText.Of(service, operation, timeout, elapsed ?? timeout, attempts))
    {
        Service = service;
        Operation = operation;
        Timeout = timeout;
        Elapsed = elapsed ?? timeout;
        Attempts = attempts;
    }

    // No inner exception: it could only be the cancellation, and a bus takes a failure with a cancellation at its root for
    // a consumer that was stopped, and gives the message back for ever.
    internal ExecutionTimeoutException(Execution execution)
        : base(TimeoutText.Of(execution))
    {
        Service = execution.Operation.Service;
        Operation = execution.Operation.Name;
        Timeout = execution.Total;
        Elapsed = execution.Elapsed;
        Attempts = execution.Progress.Attempts;
    }

    /// <summary>The profile it ran under.</summary>
    public string Service { get; }

    /// <summary>What was run.</summary>
    public string Operation { get; }

    /// <summary>The bound of the whole call: its total, or what was left of an outer deadline.</summary>
    public TimeSpan Timeout { get; }

    /// <summary>How long the caller waited.</summary>
    public TimeSpan Elapsed { get; }

    /// <summary>Attempts begun in that time; 0 when none was admitted in time.</summary>
    public int Attempts { get; }
}
