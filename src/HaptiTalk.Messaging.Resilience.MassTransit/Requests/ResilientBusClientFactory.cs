using MassTransit;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>The client factory of a bus, outside any scope: what it makes is protected, its context is MassTransit's own.</summary>
internal sealed class ResilientBusClientFactory(IClientFactory inner, RequestProtection protection) : IClientFactory, IAsyncDisposable
{
    public ClientFactoryContext Context => inner.Context;

    public RequestHandle<T> CreateRequest<T>(T message, CancellationToken cancellationToken = default, RequestTimeout timeout = default)
        where T : class =>
        CreateRequestClient<T>(timeout).Create(message, cancellationToken);

    public RequestHandle<T> CreateRequest<T>(
        Uri destinationAddress, T message, CancellationToken cancellationToken = default, RequestTimeout timeout = default)
        where T : class =>
        CreateRequestClient<T>(destinationAddress, timeout).Create(message, cancellationToken);

    public RequestHandle<T> CreateRequest<T>(
        ConsumeContext consumeContext, T message, CancellationToken cancellationToken = default, RequestTimeout timeout = default)
        where T : class =>
        CreateRequestClient<T>(consumeContext, timeout).Create(message, cancellationToken);

    public RequestHandle<T> CreateRequest<T>(
        ConsumeContext consumeContext, Uri destinationAddress, T message, CancellationToken cancellationToken = default, RequestTimeout timeout = default)
        where T : class =>
        CreateRequestClient<T>(consumeContext, destinationAddress, timeout).Create(message, cancellationToken);

    public RequestHandle<T> CreateRequest<T>(object values, CancellationToken cancellationToken = default, RequestTimeout timeout = default)
        where T : class =>
        CreateRequestClient<T>(timeout).Create(values, cancellationToken);

    public RequestHandle<T> CreateRequest<T>(
        Uri destinationAddress, object values, CancellationToken cancellationToken = default, RequestTimeout timeout = default)
        where T : class =>
        CreateRequestClient<T>(destinationAddress, timeout).Create(values, cancellationToken);

    public RequestHandle<T> CreateRequest<T>(
        ConsumeContext consumeContext, object values, CancellationToken cancellationToken = default, RequestTimeout timeout = default)
        where T : class =>
        CreateRequestClient<T>(consumeContext, timeout).Create(values, cancellationToken);

    public RequestHandle<T> CreateRequest<T>(
        ConsumeContext consumeContext, Uri destinationAddress, object values, CancellationToken cancellationToken = default, RequestTimeout timeout = default)
        where T : class =>
        CreateRequestClient<T>(consumeContext, destinationAddress, timeout).Create(values, cancellationToken);

    public IRequestClient<T> CreateRequestClient<T>(RequestTimeout timeout = default)
        where T : class =>
        Protected(inner.CreateRequestClient<T>(timeout), consuming: null, timeout);

    public IRequestClient<T> CreateRequestClient<T>(ConsumeContext consumeContext, RequestTimeout timeout = default)
        where T : class =>
        Protected(inner.CreateRequestClient<T>(consumeContext, timeout), consumeContext, timeout);

    public IRequestClient<T> CreateRequestClient<T>(Uri destinationAddress, RequestTimeout timeout = default)
        where T : class =>
        Protected(inner.CreateRequestClient<T>(destinationAddress, timeout), consuming: null, timeout);

    public IRequestClient<T> CreateRequestClient<T>(ConsumeContext consumeContext, Uri destinationAddress, RequestTimeout timeout = default)
        where T : class =>
        Protected(inner.CreateRequestClient<T>(consumeContext, destinationAddress, timeout), consumeContext, timeout);

    // A factory with a response endpoint of its own stops that endpoint.
    public ValueTask DisposeAsync() => inner is IAsyncDisposable disposable ? disposable.DisposeAsync() : default;

    private ResilientRequestClient<T> Protected<T>(IRequestClient<T> client, ConsumeContext? consuming, RequestTimeout timeout)
        where T : class =>
        new(client, protection, consuming, timeout);
}
