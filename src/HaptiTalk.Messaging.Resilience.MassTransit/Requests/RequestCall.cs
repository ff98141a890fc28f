using System.Runtime.CompilerServices;
using MassTransit;
using MassTransit.Configuration;
using MassTransit.Initializers;
using Polly;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>One call of a request client: its attempts, its hard bound, and its fallback.</summary>
internal sealed class RequestCall<TRequest, TResponse>(
    RequestProtection protection,
    object message,
    ConsumeContext? consuming,
    ResponseShape<TResponse> shape,
    IRequestAttempts<TRequest> attempts,
    bool isOneShot = false)
    : IWork<TResponse, Outcome<TResponse>>, IFallbacks, IFallbackSource<TResponse>, IPipeSpecification<SendContext<TRequest>>, IFilter<SendContext<TRequest>>, IRefusable
    where TRequest : class
{
    // MassTransit's own timer must fire after ours, also where both are late: once it has fired it ignores the token.
    private static readonly TimeSpan Margin = TimeSpan.FromHours(1);

    // Zero would be for ever.
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(1);

    private readonly Guid _messageId = NewId.NextGuid();
    private readonly RequestFallback<TRequest>? _fallback = protection.Transport.FallbackOf<TRequest>(ResilienceSide.Client, shape.ReplyTypes);
    private readonly OperationState _operation = protection.OperationOf(typeof(TRequest));
    private TRequest? _request = message as TRequest;
    private IPipe<SendContext<TRequest>>? _initializer;
    private RequestHandle<TRequest>? _attempt;
    private MessageNotAcknowledgedException? _refusal;
    private TimeSpan _timeToLive;
    private long _attemptStartedAt;
    private string? _deadlineOwner;

    public async Task<TResponse> RunAsync(RequestTimeout timeout, CancellationToken cancellationToken)
    {
        var plan = new ExecutionPlan(_operation, cancellationToken)
        {
            CallTimeout = timeout.HasValue ? timeout.Value : null,
            Outer = consuming is not null && consuming.TryGetPayload(out IDeadlineContext? outer) ? new(outer, ReplyTime.Before(outer.Deadline.Left)) : null,
            IsOneShot = isOneShot,
            Fallbacks = _fallback is null && _operation.Profile.Fallback.Source == FallbackSource.Registered ? null : this,
        };
        Outcome<TResponse> outcome = await protection.Runner.RunAsync<TResponse, Outcome<TResponse>, RequestCall<TRequest, TResponse>>(plan, this).ConfigureAwait(false);
        outcome.ThrowIfException();
        return outcome.Result!;
    }

    public ValueTask<bool> EndedAsync(Execution execution, Outcome<TResponse> outcome)
    {
        if (IsToBeRemembered(execution) && outcome is { Exception: null, Result: Response { Message: { } reply } } && _request is { } request)
            protection.LastGoodReplies.Remember(execution, request, shape.ReplyTypes, reply);
        return new(true);
    }

    public Outcome<TResponse> Answer(Outcome<TResponse> outcome) => outcome;

    IFallbackSource<TResult>? IFallbacks.Find<TResult>(string key) => this as IFallbackSource<TResult>;

    public async ValueTask<FallbackResult<TResponse>?> CreateAsync(
        Execution execution, Exception failure, FallbackReason reason, CancellationToken cancellationToken)
    {
        TRequest request = _request ?? await InitializeAsync(cancellationToken).ConfigureAwait(false);
        var mark = new FallbackMark(reason, protection.Clock.GetUtcNow().UtcDateTime);
        if (UsesLastGoodReplies(execution)
            && await protection.LastGoodReplies.FindAsync(execution, request, shape.ReplyTypes).ConfigureAwait(false) is { } found)
        {
            return new(shape.Create(found.Message, mark with { Age = found.Age }), found.Age);
        }

        if (_fallback is null)
            return null;

        object made = await _fallback.CreateAsync(request, execution, failure, reason, cancellationToken).ConfigureAwait(false);
        return new(shape.Create(made, mark));
    }

    public void Apply(IPipeBuilder<SendContext<TRequest>> builder) => builder.AddFilter(this);

    public IEnumerable<ValidationResult> Validate() => [];

    public void Probe(ProbeContext context) => context.CreateFilterScope("resilientRequest");

    /// <summary>
    /// One identity for all attempts, so that a callee can tell a repeat from a new request; and no life past the attempt. A request
    /// that no queue takes comes back: nobody would answer it. What the caller says himself wins.
    /// </summary>
    public async Task Send(SendContext<TRequest> context, IPipe<SendContext<TRequest>> next)
    {
        context.GetOrAddPayload<IRefusable>(() => this);
        context.MessageId = _messageId;
        TimeSpan left = _timeToLive - protection.Clock.GetElapsedTime(_attemptStartedAt);
        context.TimeToLive = left > Shortest ? left : Shortest;

        // In place of the consumed message's, which MassTransit passes on with all its headers; null takes that away.
        context.Headers.Set(ResilienceHeaders.Deadline, _deadlineOwner);
        if (!_operation.Profile.Requests.Durable)
            context.Durable = false;
        if (context is RabbitMqSendContext rabbit)
            rabbit.Mandatory = true;
        if (_initializer is not null)
        {
            (Guid? requestId, Uri? responseAddress) = (context.RequestId, context.ResponseAddress);
            await _initializer.Send(context).ConfigureAwait(false);

            // The client waits for this one, and here.
            (context.RequestId, context.ResponseAddress) = (requestId, responseAddress);
        }

        await next.Send(context).ConfigureAwait(false);
    }

    public void Refuse(MessageNotAcknowledgedException refusal)
    {
        _refusal = refusal;

        // It would be sent again and again.
        _attempt?.Cancel();
    }

    private static bool UsesLastGoodReplies(Execution execution) => execution.Profile.Fallback.Source == FallbackSource.LastGoodReply;

    private static bool IsToBeRemembered(Execution execution) =>
        UsesLastGoodReplies(execution) && execution is { FallbackReason: FallbackReason.None, IsRemoteFallback: false };

    [AsyncMethodBuilder(typeof(RecyclingAsyncMethodBuilder<>))]
    public async ValueTask<Outcome<TResponse>> AttemptAsync(Execution execution, CancellationToken cancellationToken)
    {
        if (protection.Broker.RefusalFor(execution) is { } refusal)
            return Outcome.FromException<TResponse>(refusal);

        (_timeToLive, _attemptStartedAt) = (execution.AttemptLeft, protection.Clock.GetTimestamp());
        _deadlineOwner = execution.DeadlineOwner ?? execution.Plan.Outer?.Source.Owner;
        Task ready = protection.Replies.ReadyAsync();
        if (!ready.IsCompletedSuccessfully)
            await ready.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!ready.IsCompleted)
            return Unanswered(cancellationToken);

        TRequest request = _request ?? await InitializeAsync(cancellationToken).ConfigureAwait(false);
        RequestHandle<TRequest> attempt = attempts.Begin(request, this, RequestTimeout.After(ms: (int)(_timeToLive + Margin).TotalMilliseconds));
        (_attempt, _refusal) = (attempt, null);
        try
        {
            Task<TResponse> pending = shape.Receive(attempt);

            // The token alone does not bound a send while the broker is away.
            await ((Task)pending).WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!pending.IsCompletedSuccessfully)
                return await FailureAsync(pending, execution, cancellationToken).ConfigureAwait(false);

            TResponse response = await pending.ConfigureAwait(false);
            if (response is MessageContext context)
                execution.Answered(RespondingInstance.Of(context.Host), context.IsFallback());
            return Outcome.FromResult(response);
        }
        finally
        {
            attempts.End(attempt);
        }
    }

    private async ValueTask<Outcome<TResponse>> FailureAsync(Task<TResponse> pending, Execution execution, CancellationToken cancellationToken)
    {
        if (_refusal is { } refusal)
        {
            Orphan.Observe(pending);
            return Outcome.FromException<TResponse>(RequestFailure.Refused(refusal));
        }

        // What was merely cancelled says nothing.
        bool isCancelled = cancellationToken.IsCancellationRequested;
        if (pending.IsFaulted || !isCancelled)
        {
            Exception failure = await EndedTask.FailureOfAsync(pending).ConfigureAwait(false);
            if (failure is RequestFaultException { Fault: { } fault })
                execution.Answered(RespondingInstance.Of(fault.Host), isFallback: false);
            if ((RequestFailure.Read(failure, typeof(TRequest), execution.Operation, protection.Caller) ?? (isCancelled ? null : failure)) is { } told)
                return Outcome.FromException<TResponse>(told);
        }

        Orphan.Observe(pending);
        return Unanswered(cancellationToken);
    }

    // Once, and not once an attempt: what the values say of the request, a new id or the time among it, stays.
    private async Task<TRequest> InitializeAsync(CancellationToken cancellationToken)
    {
        Task<SendTuple<TRequest>> initializing = consuming is null
            ? MessageInitializerCache<TRequest>.InitializeMessage(message, cancellationToken)
            : MessageInitializerCache<TRequest>.InitializeMessage(consuming, message);
        Orphan.Observe(initializing);
        try
        {
            (TRequest request, _initializer) = await initializing.WaitAsync(cancellationToken).ConfigureAwait(false);
            return _request = request;
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            throw new RequestException($"An exception occurred while processing the {typeof(TRequest).Name} request", failure);
        }
    }

    private Outcome<TResponse> Unanswered(CancellationToken cancellationToken)
    {
        protection.Broker.Suspect();
        return Outcome.FromException<TResponse>(new OperationCanceledException(cancellationToken));
    }
}
