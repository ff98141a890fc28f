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
        return Protected(message, inner.Create(message, cancellationToken, timeout), timeout, cancellationToken);
    }

    public RequestHandle<TRequest> Create(object values, CancellationToken cancellationToken = default, RequestTimeout timeout = default)
    {
        ArgumentNullException.ThrowIfNull(values);
        return Protected(values, inner.Create(values, cancellationToken, timeout), timeout, cancellationToken);
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

    private ResilientRequestHandle<TRequest> Protected(
        object message, RequestHandle<TRequest> handle, RequestTimeout timeout, CancellationToken cancellationToken) =>
        new(handle, protection, message, consuming, timeout.Or(defaultTimeout), cancellationToken);

    private Task<TResponse> RunAsync<TResponse>(
        object message,
        ResponseShape<TResponse> shape,
        RequestPipeConfiguratorCallback<TRequest>? callback,
        RequestTimeout timeout,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(message);
        var attempts = new ClientAttempts<TRequest>(inner, message, callback);
        return new RequestCall<TRequest, TResponse>(protection, message, shape, attempts).RunAsync(consuming, timeout.Or(defaultTimeout), cancellationToken);
    }
}
