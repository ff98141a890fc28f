namespace HaptiTalk.Messaging.Resilience;

/// <summary>What a fallback stands in for.</summary>
/// <typeparam name="TRequest">The request's type.</typeparam>
public sealed record FallbackContext<TRequest>
    where TRequest : class
{
    internal FallbackContext(TRequest request, Exception failure, FallbackReason reason, OperationState operation)
    {
        Request = request;
        Failure = failure;
        Reason = reason;
        Service = operation.Service;
        Operation = operation.Name;
        Side = operation.Side;
    }

    /// <summary>The request that was not answered.</summary>
    public TRequest Request { get; }

    /// <summary>What happened instead of an answer.</summary>
    public Exception Failure { get; }

    /// <summary>Why the fallback is used now.</summary>
    public FallbackReason Reason { get; }

    /// <summary>The profile that applies.</summary>
    public string Service { get; }

    /// <summary>The request's operation name.</summary>
    public string Operation { get; }

    /// <summary>Whether this process called or was to answer.</summary>
    public ResilienceSide Side { get; }
}
