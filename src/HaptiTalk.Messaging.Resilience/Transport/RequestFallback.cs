namespace HaptiTalk.Messaging.Resilience.Transport;

/// <summary>The fallback that a host has registered for a request, by <c>AddFallback</c>.</summary>
/// <typeparam name="TRequest">The request's type.</typeparam>
public sealed class RequestFallback<TRequest>
    where TRequest : class
{
    private readonly FallbackRegistration<TRequest> _registration;

    internal RequestFallback(FallbackRegistration<TRequest> registration) => _registration = registration;

    /// <summary>The type of what it makes.</summary>
    public Type ReplyType => _registration.ReplyType;

    /// <summary>Makes the reply.</summary>
    /// <param name="request">The request that was not answered.</param>
    /// <param name="execution">The run.</param>
    /// <param name="failure">How it failed.</param>
    /// <param name="reason">Why the fallback is used.</param>
    /// <param name="cancellationToken">Cancelled when its time is over or the caller gives up.</param>
    public ValueTask<object> CreateAsync(
        TRequest request, Execution execution, Exception failure, FallbackReason reason, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(execution);
        return _registration.CreateAsync(new(request, failure, reason, execution.Operation), cancellationToken);
    }
}
