using MassTransit;
using MassTransit.Configuration;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>
/// One request that its caller assembles. MassTransit's handle can send only once, so this is never repeated; all else that
/// protects a call protects this one too, from the moment it is ready to be sent. Not before then is MassTransit's made: that
/// blocks while the queue for replies is not there.
/// </summary>
internal sealed class ResilientRequestHandle<TRequest> : RequestHandle<TRequest>, IRequestAttempts<TRequest>
    where TRequest : class
{
    private readonly IRequestClient<TRequest> _client;
    private readonly RequestProtection _protection;
    private readonly object _message;
    private readonly ConsumeContext? _consuming;
    private readonly Lock _gate = new();
    private readonly Lock _making = new();
    private readonly Dictionary<Type, Func<object, FallbackMark, Response>> _alternatives = [];
    private readonly List<Action<RequestHandle<TRequest>>> _wishes = [];
    private readonly CancellationTokenSource _cancellation = new();
    private readonly CancellationTokenRegistration _callerGivesUp;
    private readonly TaskCompletionSource<Task<Response>> _run = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<RequestHandle<TRequest>> _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<Response> _received = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<Response> _disposed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile RequestHandle<TRequest>? _inner;
    private bool _isBegun;
    private RequestTimeout _timeout;

    public ResilientRequestHandle(
        IRequestClient<TRequest> client,
        RequestProtection protection,
        object message,
        ConsumeContext? consuming,
        RequestTimeout timeout,
        CancellationToken cancellationToken)
    {
        _client = client;
        _protection = protection;
        _message = message;
        _consuming = consuming;
        _timeout = timeout;
        _callerGivesUp = cancellationToken.UnsafeRegister(static handle => ((ResilientRequestHandle<TRequest>)handle!).Cancel(), this);
        Orphan.Observe(_received.Task);
    }

    public Task<TRequest> Message => MessageAsync();

    /// <summary>MassTransit's, which thinks it up: who asks before the request is sent waits for the queue for replies.</summary>
    public Guid RequestId => Made(static handle => handle._message is TRequest request
        ? handle._client.Create(request, CancellationToken.None)
        : handle._client.Create(handle._message, CancellationToken.None)).RequestId;

    public RequestTimeout TimeToLive
    {
        set => _timeout = value;
    }

    public void AddPipeSpecification(IPipeSpecification<SendContext<TRequest>> specification) =>
        Wish(inner => inner.AddPipeSpecification(specification));

    public Task<Response<T>> GetResponse<T>(bool readyToSend = true)
        where T : class
    {
        lock (_gate)
        {
            if (!_alternatives.TryAdd(typeof(T), ResponseShape.Of<T>.Shape.Create))
                throw new RequestException($"The request waits for {TypeNames.Of(typeof(T))} already.");
        }

        // MassTransit sends with the last reply type it is told of: that one waits until the policies let the request pass.
        if (readyToSend && !_run.Task.IsCompleted)
            _run.TrySetResult(RunAsync<T>());
        else if (!_cancellation.IsCancellationRequested)
            Receive<T>(readyToSend: false);

        // Of several alternatives, a caller awaits only the one that comes first.
        Task<Response<T>> response = ResponseAsync<T>();
        Orphan.Observe(response);
        return response;
    }

    public void Cancel()
    {
        _cancellation.Cancel();
        _inner?.Cancel();
        _run.TrySetCanceled(_cancellation.Token);
        _begun.TrySetCanceled(_cancellation.Token);
    }

    public void Dispose()
    {
        _callerGivesUp.Dispose();
        _cancellation.Cancel();
        _inner?.Dispose();
        _run.TrySetCanceled(_cancellation.Token);
        _begun.TrySetCanceled(_cancellation.Token);
        _disposed.TrySetCanceled(_cancellation.Token);
    }

    // There is one, and it ends with this handle.
    RequestHandle<TRequest> IRequestAttempts<TRequest>.Begin(
        TRequest request, IPipeSpecification<SendContext<TRequest>> call, RequestTimeout timeout)
    {
        RequestHandle<TRequest> inner = Made(handle => handle._client.Create(request, CancellationToken.None));
        inner.TimeToLive = timeout;
        inner.AddPipeSpecification(call);
        lock (_gate)
        {
            _isBegun = true;
            _wishes.ForEach(wish => wish(inner));
        }

        _begun.TrySetResult(inner);
        return inner;
    }

    void IRequestAttempts<TRequest>.End(RequestHandle<TRequest> attempt)
    {
    }

    private RequestHandle<TRequest> Made(Func<ResilientRequestHandle<TRequest>, RequestHandle<TRequest>> create)
    {
        lock (_making)
            _inner ??= create(this);

        // Nobody may have seen it who gave up meanwhile.
        if (_cancellation.IsCancellationRequested)
            _inner.Cancel();
        return _inner;
    }

    private void Wish(Action<RequestHandle<TRequest>> wish)
    {
        lock (_gate)
        {
            if (_isBegun)
                wish(_inner!);
            else
                _wishes.Add(wish);
        }
    }

    private async Task<Response> RunAsync<T>()
        where T : class
    {
        try
        {
            return await new RequestCall<TRequest, Response>(_protection, _message, _consuming, Shape<T>(), this, isOneShot: true)
                .RunAsync(_timeout, _cancellation.Token).ConfigureAwait(false);
        }
        finally
        {
            // MassTransit has begun to send when it made the handle, and waits for a word that will not come.
            if (!_received.Task.IsCompletedSuccessfully)
                _inner?.Cancel();
            _begun.TrySetCanceled();
        }
    }

    private ResponseShape<Response> Shape<T>()
        where T : class
    {
        lock (_gate)
        {
            KeyValuePair<Type, Func<object, FallbackMark, Response>>[] alternatives = [.. _alternatives];
            return new(
                [.. _alternatives.Keys],
                _ =>
                {
                    Receive<T>(readyToSend: true);
                    return _received.Task;
                },
                (reply, mark) => alternatives.First(alternative => alternative.Key.IsInstanceOfType(reply)).Value(reply, mark));
        }
    }

    private void Receive<T>(bool readyToSend)
        where T : class =>
        Wish(inner => _ = ForwardAsync(inner.GetResponse<T>(readyToSend)));

    private async Task ForwardAsync<T>(Task<Response<T>> response)
        where T : class
    {
        try
        {
            _received.TrySetResult(await response.ConfigureAwait(false));
        }
        catch (Exception failure)
        {
            _received.TrySetException(failure);
        }
    }

    private async Task<TRequest> MessageAsync()
    {
        RequestHandle<TRequest> inner = await _begun.Task.ConfigureAwait(false);
        return await inner.Message.ConfigureAwait(false);
    }

    // As with MassTransit's handle, a failure is that of every alternative, and those that do not come wait for the handle's end.
    private async Task<Response<T>> ResponseAsync<T>()
        where T : class
    {
        Response received = await (await _run.Task.ConfigureAwait(false)).ConfigureAwait(false);
        return received as Response<T> ?? (Response<T>)await _disposed.Task.ConfigureAwait(false);
    }
}
