namespace HaptiTalk.Messaging.Resilience;

/// <summary>What a fallback stands in for.</summary>
/// <typeparam name="TRequest">The request's type.</typeparam>
public sealed record FallbackContext<TRequest>
    where TRequest : class
{
    /// <summary>A context as the framework hands it out, to be handed to a fallback by a test.</summary>
    /// <param name="request">The request that was not answered.</param>
    /// <param name="failure">What happened instead of an answer.</param>
    /// <param name="reason">Why the fallback is used.</param>
    /// <param name="service">The profile that applies.</param>
    /// <param name="operation">The request's operation name. Default: that of <typeparamref name="TRequest"/>.</param>
    /// <param name="side">Whether this process called or was to answer.</param>
    public FallbackContext(
        TRequest request,
        Exception failure,
        FallbackReason reason = FallbackReason.Failed,
        string service = ProfileNames.Default,
        string? operation = null,
        ResilienceSide side = ResilienceSide.Client)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(failure);
        ArgumentNullException.ThrowIfNull(service);
        Request = request;
        Failure = failure;
        Reason = reason;
        Service = service;
        Operation = operation ?? ProfileNames.OperationOf(typeof(TRequest));
        Side = side;
    }

    internal FallbackContext(TRequest request, Exception failure, FallbackReason reason, OperationState operation)
        : this(request, failure, reason, operation.Service, operation.Name, operation.Side)
    {
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
