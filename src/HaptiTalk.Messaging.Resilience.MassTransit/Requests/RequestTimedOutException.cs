using MassTransit;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>
/// No answer came within the total timeout, whatever kept it: the service, the queue, or a broker that is not there.
/// It is MassTransit's <see cref="RequestTimeoutException"/>, so existing handlers of that catch it.
/// </summary>
public sealed class RequestTimedOutException : RequestTimeoutException
{
    internal RequestTimedOutException(string service, string operation, TimeSpan timeout, TimeSpan elapsed, int attempts)
        : base(operation)
    {
        Service = service;
        Operation = operation;
        Timeout = timeout;
        Elapsed = elapsed;
        Attempts = attempts;
    }

    /// <inheritdoc/>
    public override string Message => ExecutionTimeoutException.Describe(Service, Operation, Timeout, Elapsed, Attempts);

    /// <summary>The profile of the called service.</summary>
    public string Service { get; }

    /// <summary>The request's operation name.</summary>
    public string Operation { get; }

    /// <summary>The bound of the whole call.</summary>
    public TimeSpan Timeout { get; }

    /// <summary>How long the caller waited.</summary>
    public TimeSpan Elapsed { get; }

    /// <summary>Attempts begun in that time; 0 when none was admitted in time.</summary>
    public int Attempts { get; }
}
