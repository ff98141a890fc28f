using MassTransit;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>Makes protected request clients: the one place every injected client comes from.</summary>
internal sealed class ResilientClientFactory(IScopedClientFactory inner, RequestProtection protection, ConsumeContext? consuming) : IScopedClientFactory
{
    public RequestHandle<T> CreateRequest<T>(T message, CancellationToken cancellationToken = default, RequestTimeout timeout = default)
        where T : class =>
        CreateRequestClient<T>(timeout).Create(message, cancellationToken);

    public RequestHandle<T> CreateRequest<T>(
        Uri destinationAddress, T message, CancellationToken cancellationToken = default, RequestTimeout timeout = default)
        where T : class =>
        CreateRequestClient<T>(destinationAddress, timeout).Create(message, cancellationToken);

    public RequestHandle<T> CreateRequest<T>(object values, CancellationToken cancellationToken = default, RequestTimeout timeout = default)
        where T : class =>
        CreateRequestClient<T>(timeout).Create(values, cancellationToken);

    public RequestHandle<T> CreateRequest<T>(
        Uri destinationAddress, object values, CancellationToken cancellationToken = default, RequestTimeout timeout = default)
        where T : class =>
        CreateRequestClient<T>(destinationAddress, timeout).Create(values, cancellationToken);

    public IRequestClient<T> CreateRequestClient<T>(RequestTimeout timeout = default)
        where T : class =>
        Protected(inner.CreateRequestClient<T>(timeout), timeout);

    public IRequestClient<T> CreateRequestClient<T>(Uri destinationAddress, RequestTimeout timeout = default)
        where T : class =>
        Protected(inner.CreateRequestClient<T>(destinationAddress, timeout), timeout);

    // Inside a consumer MassTransit asks the bus's own factory, which protects what it makes.
    private IRequestClient<T> Protected<T>(IRequestClient<T> client, RequestTimeout timeout)
        where T : class =>
        client as ResilientRequestClient<T> ?? new ResilientRequestClient<T>(client, protection, consuming, timeout);
}
