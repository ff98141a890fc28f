using MassTransit;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>
/// No answer came within the total timeout, whatever kept it: the service, the queue, or a broker that is not there.
/// It is MassTransit's <see cref="RequestTimeoutException"/>, so existing handlers of that catch it.
/// </summary>
public sealed class RequestTimedOutException : RequestTimeoutException, IExecutionTimeout
{
    /// <summary>A timeout as the framework throws it, to be thrown by a test in its place.</summary>
    /// <param name="service">The profile of the called service.</param>
    /// <param name="operation">The request's operation name.</param>
    /// <param name="timeout">The bound of the whole call.</param>
    /// <param name="elapsed">How long the caller waited. Default: <paramref name="timeout"/>.</param>
    /// <param name="attempts">Attempts begun in that time.</param>
    public RequestTimedOutException(string service, string operation, TimeSpan timeout, TimeSpan? elapsed = null, int attempts = 1)
        : this(new ExecutionTimeoutException(service, operation, timeout, elapsed, attempts))
    {
    }

    internal RequestTimedOutException(ExecutionTimeoutException timeout)
        : base(timeout.Operation)
    {
        Message = timeout.Message;
        Service = timeout.Service;
        Operation = timeout.Operation;
        Timeout = timeout.Timeout;
        Elapsed = timeout.Elapsed;
        Attempts = timeout.Attempts;
    }

    /// <summary>
    /// Says what set the time: the setting, the call, or the deadline of a call further out, with whose it is and how much was left of it.
    /// </summary>
    public override string Message { get; }

    /// <summary>The profile of the called service.</summary>
    public string Service { get; }

    /// <summary>The request's operation name.</summary>
    public string Operation { get; }

    /// <summary>The bound of the whole call: its total, or what was left of an outer deadline.</summary>
    public TimeSpan Timeout { get; }

    /// <summary>How long the caller waited.</summary>
    public TimeSpan Elapsed { get; }

    /// <summary>Attempts begun in that time; 0 when none was admitted in time.</summary>
    public int Attempts { get; }
}
