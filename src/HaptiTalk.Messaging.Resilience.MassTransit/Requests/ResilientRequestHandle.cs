using MassTransit;
using MassTransit.Configuration;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>
/// One request that its caller assembles. MassTransit's handle can send only once, so this is never repeated; all else that
/// protects a call protects this one too, from the moment it is ready to be sent.
/// </summary>
internal sealed class ResilientRequestHandle<TRequest> : RequestHandle<TRequest>, IRequestAttempts<TRequest>
    where TRequest : class
{
    private readonly RequestHandle<TRequest> _inner;
    private readonly RequestProtection _protection;
    private readonly object _message;
    private readonly ConsumeContext? _consuming;
    private readonly Lock _gate = new();
    private readonly Dictionary<Type, Func<object, FallbackMark, Response>> _alternatives = [];
    private readonly CancellationTokenSource _cancellation = new();
    private readonly CancellationTokenRegistration _callerGivesUp;
    private readonly TaskCompletionSource<Task<Response>> _run = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<Response> _received = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<Response> _disposed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private RequestTimeout _timeout;

    public ResilientRequestHandle(
        RequestHandle<TRequest> inner,
        RequestProtection protection,
        object message,
        ConsumeContext? consuming,
        RequestTimeout timeout,
        CancellationToken cancellationToken)
    {
        _inner = inner;
        _protection = protection;
        _message = message;
        _consuming = consuming;
        _timeout = timeout;
        _callerGivesUp = cancellationToken.UnsafeRegister(static handle => ((ResilientRequestHandle<TRequest>)handle!).Cancel(), this);
        Orphan.Observe(_received.Task);
    }

    public Task<TRequest> Message => _inner.Message;

    public Guid RequestId => _inner.RequestId;

    public RequestTimeout TimeToLive
    {
        set => _timeout = value;
    }

    public void AddPipeSpecification(IPipeSpecification<SendContext<TRequest>> specification) => _inner.AddPipeSpecification(specification);

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
        _inner.Cancel();
        _run.TrySetCanceled(_cancellation.Token);
    }

    public void Dispose()
    {
        _callerGivesUp.Dispose();
        _cancellation.Cancel();
        _inner.Dispose();
        _run.TrySetCanceled(_cancellation.Token);
        _disposed.TrySetCanceled(_cancellation.Token);
    }

    // There is one, and it ends with this handle.
    RequestHandle<TRequest> IRequestAttempts<TRequest>.Begin(RequestTimeout timeout)
    {
        _inner.TimeToLive = timeout;
        return _inner;
    }

    void IRequestAttempts<TRequest>.End(RequestHandle<TRequest> attempt)
    {
    }

    private async Task<Response> RunAsync<T>()
        where T : class
    {
        try
        {
            return await new RequestCall<TRequest, Response>(_protection, _message, Shape<T>(), this, isOneShot: true)
                .RunAsync(_consuming, _timeout, _cancellation.Token).ConfigureAwait(false);
        }
        finally
        {
            // MassTransit has begun to send when it made the handle, and waits for a word that will not come.
            if (!_received.Task.IsCompletedSuccessfully)
                _inner.Cancel();
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
        where T : class
    {
        lock (_gate)
            _ = ForwardAsync(_inner.GetResponse<T>(readyToSend));
    }

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

    // As with MassTransit's handle, a failure is that of every alternative, and those that do not come wait for the handle's end.
    private async Task<Response<T>> ResponseAsync<T>()
        where T : class
    {
        Response received = await (await _run.Task.ConfigureAwait(false)).ConfigureAwait(false);
        return received as Response<T> ?? (Response<T>)await _disposed.Task.ConfigureAwait(false);
    }
}
