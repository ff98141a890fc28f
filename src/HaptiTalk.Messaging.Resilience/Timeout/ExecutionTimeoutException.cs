namespace HaptiTalk.Messaging.Resilience;

/// <summary>The work did not end within its timeout.</summary>
public sealed class ExecutionTimeoutException : TimeoutException
{
    // No inner exception: it could only be the cancellation, and a bus takes a failure with a cancellation at its root for
    // a consumer that was stopped, and gives the message back for ever.
    internal ExecutionTimeoutException(string service, string operation, TimeSpan timeout, TimeSpan elapsed, int attempts, string setting)
        : base(Describe(service, operation, timeout, elapsed, attempts, setting))
    {
        Service = service;
        Operation = operation;
        Timeout = timeout;
        Elapsed = elapsed;
        Attempts = attempts;
    }

    /// <summary>The profile that set the timeout.</summary>
    public string Service { get; }

    /// <summary>What was run.</summary>
    public string Operation { get; }

    /// <summary>The bound of the whole call.</summary>
    public TimeSpan Timeout { get; }

    /// <summary>How long the caller waited.</summary>
    public TimeSpan Elapsed { get; }

    /// <summary>Attempts begun in that time; 0 when none was admitted in time.</summary>
    public int Attempts { get; }

    internal static string Describe(
        string service, string operation, TimeSpan timeout, TimeSpan elapsed, int attempts, string setting = "Timeout:DefaultTimeout") =>
        $"'{operation}' of '{service}' did not answer within {timeout.TotalSeconds:0.###} s "
        + $"({attempts} {(attempts == 1 ? "attempt" : "attempts")}, {elapsed.TotalSeconds:0.###} s). "
        + $"If it needs longer, raise Resilience:Profiles:{service}:{setting}.";
}
