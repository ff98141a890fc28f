using MassTransit;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>Every call of a request client, run under the profile of the service that answers.</summary>
internal sealed class ResilientRequestClient<TRequest>(
    IRequestClient<TRequest> inner, RequestProtection protection, ConsumeContext? consuming, RequestTimeout defaultTimeout)
    : IRequestClient<TRequest>
    where TRequest : class
{
    public RequestHandle<TRequest> Create(TRequest message, CancellationToken cancellationToken = default, RequestTimeout timeout = default)
    {
        ArgumentNullException.ThrowIfNull(message);
        return Handle(message, timeout, cancellationToken);
    }

    public RequestHandle<TRequest> Create(object values, CancellationToken cancellationToken = default, RequestTimeout timeout = default)
    {
        ArgumentNullException.ThrowIfNull(values);
        return Handle(values, timeout, cancellationToken);
    }

    public Task<Response<T>> GetResponse<T>(TRequest message, CancellationToken cancellationToken = default, RequestTimeout timeout = default)
        where T : class =>
        RunAsync(message, ResponseShape.Of<T>.Shape, callback: null, timeout, cancellationToken);

    public Task<Response<T>> GetResponse<T>(
        TRequest message, RequestPipeConfiguratorCallback<TRequest>? callback, CancellationToken cancellationToken = default, RequestTimeout timeout = default)
        where T : class =>
        RunAsync(message, ResponseShape.Of<T>.Shape, callback, timeout, cancellationToken);

    public Task<Response<T>> GetResponse<T>(object values, CancellationToken cancellationToken = default, RequestTimeout timeout = default)
        where T : class =>
        RunAsync(values, ResponseShape.Of<T>.Shape, callback: null, timeout, cancellationToken);

    public Task<Response<T>> GetResponse<T>(
        object values, RequestPipeConfiguratorCallback<TRequest>? callback, CancellationToken cancellationToken = default, RequestTimeout timeout = default)
        where T : class =>
        RunAsync(values, ResponseShape.Of<T>.Shape, callback, timeout, cancellationToken);

    public Task<Response<T1, T2>> GetResponse<T1, T2>(TRequest message, CancellationToken cancellationToken = default, RequestTimeout timeout = default)
        where T1 : class
        where T2 : class =>
        RunAsync(message, ResponseShape.Of<T1, T2>.Shape, callback: null, timeout, cancellationToken);

    public Task<Response<T1, T2>> GetResponse<T1, T2>(
        TRequest message, RequestPipeConfiguratorCallback<TRequest>? callback, CancellationToken cancellationToken = default, RequestTimeout timeout = default)
        where T1 : class
        where T2 : class =>
        RunAsync(message, ResponseShape.Of<T1, T2>.Shape, callback, timeout, cancellationToken);

    public Task<Response<T1, T2>> GetResponse<T1, T2>(object values, CancellationToken cancellationToken = default, RequestTimeout timeout = default)
        where T1 : class
        where T2 : class =>
        RunAsync(values, ResponseShape.Of<T1, T2>.Shape, callback: null, timeout, cancellationToken);

    public Task<Response<T1, T2>> GetResponse<T1, T2>(
        object values, RequestPipeConfiguratorCallback<TRequest>? callback, CancellationToken cancellationToken = default, RequestTimeout timeout = default)
        where T1 : class
        where T2 : class =>
        RunAsync(values, ResponseShape.Of<T1, T2>.Shape, callback, timeout, cancellationToken);

    public Task<Response<T1, T2, T3>> GetResponse<T1, T2, T3>(TRequest message, CancellationToken cancellationToken = default, RequestTimeout timeout = default)
        where T1 : class
        where T2 : class
        where T3 : class =>
        RunAsync(message, ResponseShape.Of<T1, T2, T3>.Shape, callback: null, timeout, cancellationToken);

    public Task<Response<T1, T2, T3>> GetResponse<T1, T2, T3>(
        TRequest message, RequestPipeConfiguratorCallback<TRequest>? callback, CancellationToken cancellationToken = default, RequestTimeout timeout = default)
        where T1 : class
        where T2 : class
        where T3 : class =>
        RunAsync(message, ResponseShape.Of<T1, T2, T3>.Shape, callback, timeout, cancellationToken);

    public Task<Response<T1, T2, T3>> GetResponse<T1, T2, T3>(object values, CancellationToken cancellationToken = default, RequestTimeout timeout = default)
        where T1 : class
        where T2 : class
        where T3 : class =>
        RunAsync(values, ResponseShape.Of<T1, T2, T3>.Shape, callback: null, timeout, cancellationToken);

    public Task<Response<T1, T2, T3>> GetResponse<T1, T2, T3>(
        object values, RequestPipeConfiguratorCallback<TRequest>? callback, CancellationToken cancellationToken = default, RequestTimeout timeout = default)
        where T1 : class
        where T2 : class
        where T3 : class =>
        RunAsync(values, ResponseShape.Of<T1, T2, T3>.Shape, callback, timeout, cancellationToken);

    private ResilientRequestHandle<TRequest> Handle(object message, RequestTimeout timeout, CancellationToken cancellationToken) =>
        new(inner, protection, message, consuming, timeout.Or(defaultTimeout), cancellationToken);

    private Task<TResponse> RunAsync<TResponse>(
        object message,
        ResponseShape<TResponse> shape,
        RequestPipeConfiguratorCallback<TRequest>? callback,
        RequestTimeout timeout,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(message);
        var attempts = new ClientAttempts<TRequest>(inner, callback);
        return new RequestCall<TRequest, TResponse>(protection, message, consuming, shape, attempts).RunAsync(timeout.Or(defaultTimeout), cancellationToken);
    }
}
