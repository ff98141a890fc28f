using MassTransit;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>Makes protected request clients: the one place every injected client comes from.</summary>
internal sealed class ResilientClientFactory(IScopedClientFactory inner, RequestProtection protection, ConsumeContext? consuming) : IScopedClientFactory
{
    public RequestHandle<T> CreateRequest<T>(T message, CancellationToken cancellationToken = default, RequestTimeout timeout = default)
        where T : class =>
        inner.CreateRequest(message, cancellationToken, timeout);

    public RequestHandle<T> CreateRequest<T>(
        Uri destinationAddress, T message, CancellationToken cancellationToken = default, RequestTimeout timeout = default)
        where T : class =>
        inner.CreateRequest(destinationAddress, message, cancellationToken, timeout);

    public RequestHandle<T> CreateRequest<T>(object values, CancellationToken cancellationToken = default, RequestTimeout timeout = default)
        where T : class =>
        inner.CreateRequest<T>(values, cancellationToken, timeout);

    public RequestHandle<T> CreateRequest<T>(
        Uri destinationAddress, object values, CancellationToken cancellationToken = default, RequestTimeout timeout = default)
        where T : class =>
        inner.CreateRequest<T>(destinationAddress, values, cancellationToken, timeout);

    public IRequestClient<T> CreateRequestClient<T>(RequestTimeout timeout = default)
        where T : class =>
        new ResilientRequestClient<T>(inner.CreateRequestClient<T>(timeout), protection, consuming, timeout);

    public IRequestClient<T> CreateRequestClient<T>(Uri destinationAddress, RequestTimeout timeout = default)
        where T : class =>
        new ResilientRequestClient<T>(inner.CreateRequestClient<T>(destinationAddress, timeout), protection, consuming, timeout);
}
