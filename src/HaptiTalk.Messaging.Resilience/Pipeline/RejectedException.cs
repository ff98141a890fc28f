namespace HaptiTalk.Messaging.Resilience;

/// <summary>The work was refused before it ran: nothing was executed, so trying again later is safe.</summary>
public abstract class RejectedException : Exception
{
    private protected RejectedException(string message, string service, string operation, TimeSpan? retryAfter, bool remote)
        : base(message)
    {
        Service = Named(service, remote);
        Operation = operation;
        RetryAfter = retryAfter;
        IsRemote = remote;
    }

    /// <summary>The profile whose policy refused.</summary>
    public string Service { get; }

    /// <summary>What was to be run.</summary>
    public string Operation { get; }

    /// <summary>The earliest time, from now, at which another try can be admitted; null when nobody knows.</summary>
    public TimeSpan? RetryAfter { get; }

    /// <summary>True when the called service refused, false when this process did.</summary>
    public bool IsRemote { get; }

    /// <summary>Why a fallback reply stands in for the refused work.</summary>
    internal abstract FallbackReason FallbackReason { get; }

    /// <summary>A service as the texts call it: what another process says of itself may hold anything.</summary>
    private protected static string Named(string service, bool remote) => remote ? RemoteText.Clean(service) : service;

    private protected static string By(bool remote) => remote ? "the called service" : "this process";
}
