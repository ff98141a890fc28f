using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using MassTransit;
using MassTransit.Context;
using Polly;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>One message on its way through a consumer: its attempts, its fallback reply, and how it ends.</summary>
internal sealed class Delivery<T>(
    ConsumeContext<T> context, IPipe<ConsumeContext<T>> next, OperationState operation, Sender sender, ConsumeProtection protection)
    : ConsumedMessage<Disposition>, IFallbacks, IFallbackSource<Disposition>, IOuterDeadline
    where T : class
{
    // A consumer that honours its token needs a moment to end after it is cancelled.
    private static readonly TimeSpan Grace = TimeSpan.FromMilliseconds(50);

    private readonly DeliveryAnswer<T> _answer = new(context, operation, protection.Clock);
    private Attempt? _attempt;
    private FallbackReply? _fallbackReply;
    private Task? _straggler;

    // Null where it went well: that one is used again.
    private Execution? _run;

    public override bool IsRequest { get; } = RequestDeadline.IsRequest(context);

    /// <summary>The fallback reply that a requester may get; null for a message nobody waits for.</summary>
    public RequestFallback<T>? Fallback { get; } =
        RequestDeadline.IsRequest(context) ? protection.Transport.FallbackOf<T>(ResilienceSide.Consumer) : null;

    /// <summary>Whose deadline the request stands under.</summary>
    public string? Owner => RequestDeadlineOwner.In(context);

    public override CancellationToken CancellationToken => context.CancellationToken;

    public override long DeliveryCount => TimesReturned.Of(context.ReceiveContext);

    public override IQueueConsumer? Consumer => protection.Endpoints.ConsumerOf(context.ReceiveContext);

    public override ExecutionPlan Plan() => new(operation, context.CancellationToken)
    {
        MessageId = context.MessageId,
        Queueing = IsRequest ? Queueing.Bounded : Queueing.Unbounded,
        Outer = RequestDeadline.Left(context, operation.Profile.Timeout, protection.Clock) is { } left
            ? new(this, Fallback is null ? left : ReplyTime.Before(left), RequestDeadline.Given(context))
            : null,
        Fallbacks = Fallback is null ? null : this,
    };

    [AsyncMethodBuilder(typeof(RecyclingAsyncMethodBuilder<>))]
    public override async ValueTask<Outcome<Disposition>> AttemptAsync(Execution execution, CancellationToken cancellationToken)
    {
        var attempt = new Attempt(execution.Attempts - 1, _answer.Gate);
        _attempt = attempt;
        _answer.Gate.Open(attempt);
        var attemptContext = new AttemptContext<T>(
            context,
            attempt,
            new ConsumeDeadline(execution, protection.Clock),
            sender,
            cancellationToken);
        // The consumer first, then what it has sent without waiting for it. A handler's values are completed by the request, in this context.
        Task part = next.Send(new MessageConsumeContext<T>(attemptContext, context.Message));
        for (bool isLast = false; ; isLast = true)
        {
            if (!part.IsCompleted)
                await part.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!part.IsCompleted)
                await part.WaitAsync(Grace, protection.Clock, CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!part.IsCompleted)
            {
                attempt.Abandon();
                execution.KeepPlaceUntil(_straggler = WithSendsAsync(part, attempt));
                return Outcome.FromException<Disposition>(new OperationCanceledException(cancellationToken));
            }

            if (!part.IsCompletedSuccessfully)
                return Outcome.FromException<Disposition>(Plain(await EndedTask.FailureOfAsync(part).ConfigureAwait(false), cancellationToken));
            if (isLast)
                return attempt.Fault is { } fault ? Swallowed(execution, attempt, fault.Failure) : Outcome.FromResult(Disposition.Completed);
            part = attempt.TasksCompleted;
        }
    }

    protected override void Ended(Execution execution, Outcome<Disposition> outcome) =>
        _run = outcome.Exception is null && outcome.Result == Disposition.Completed ? null : execution;

    IFallbackSource<TResult>? IFallbacks.Find<TResult>(string key) => this as IFallbackSource<TResult>;

    public async ValueTask<FallbackResult<Disposition>?> CreateAsync(
        Execution execution, Exception failure, FallbackReason reason, CancellationToken cancellationToken)
    {
        _answer.Gate.Close();
        if (!_answer.Gate.IsAnswered && (_answer.Gate.MayBeAnswered || !_answer.Gate.Accepts(Fallback!.ReplyType)))
            return null;

        object reply = await Fallback!.CreateAsync(context.Message, execution, failure, reason, cancellationToken).ConfigureAwait(false);
        if (_answer.Gate.IsAnswered)
            _answer.Gate.Suppressed();
        else
            _fallbackReply = new(reply, Fallback.ReplyType, reason, failure);
        return new(Disposition.FallbackUsed);
    }

    /// <summary>Answers, faults or acknowledges it.</summary>
    public async Task EndAsync(Outcome<Disposition> outcome)
    {
        // Only here, when no fault can follow: a fallback that took too long has been given up, and must not answer beside it.
        Exception? failure = outcome.Exception
            ?? (_fallbackReply is { } reply && outcome.Result == Disposition.FallbackUsed ? await _answer.FallBackAsync(_run!, reply).ConfigureAwait(false) : null);
        if (failure is null)
        {
            if (outcome.Result == Disposition.FallbackUsed)
                await _answer.ConsumedAsync(nameof(Disposition.FallbackUsed)).ConfigureAwait(false);
            await EndOfAsync().ConfigureAwait(false);
            return;
        }

        if (context.CancellationToken.IsCancellationRequested)
        {
            await EndOfAsync().ConfigureAwait(false);
            throw new OperationCanceledException(context.CancellationToken);
        }

        if (_run!.RefusalIn(failure) is { } refusal && IsRequest)
        {
            await _answer.RejectAsync(refusal, depth: ReferenceEquals(refusal, _run.OwnRefusal) ? 0 : refusal.Depth).ConfigureAwait(false);
            await EndOfAsync().ConfigureAwait(false);
            return;
        }

        failure = Settle(failure);
        await _answer.FaultAsync(_run, _attempt?.Fault, failure, HeldFor).ConfigureAwait(false);
        await EndOfAsync().ConfigureAwait(false);
        if (_attempt is not { IsSwallowed: true })
            ExceptionDispatchInfo.Throw(failure);
    }

    // What was around the consumer has dealt with its failure: to MassTransit that is a message consumed, of which it told the requester.
    private static Outcome<Disposition> Swallowed(Execution execution, Attempt attempt, Exception failure)
    {
        attempt.IsSwallowed = true;
        execution.Settle();
        return Outcome.FromException<Disposition>(failure);
    }

    // A consumer that honours its token is timed out, whatever is put around its cancellation on the way here.
    private static Exception Plain(Exception failure, CancellationToken cancellationToken) =>
        cancellationToken.IsCancellationRequested && failure.GetBaseException() is OperationCanceledException cancelled ? cancelled : failure;

    // With a cancellation at its root MassTransit would not move the message to the error queue but put it back, again and again.
    private static Exception Settle(Exception failure) =>
        failure.GetBaseException() is OperationCanceledException ? new ConsumerCanceledException($"The consumer gave up: {failure}") : failure;

    private static async Task WithSendsAsync(Task consuming, Attempt attempt)
    {
        await consuming.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await attempt.TasksCompleted.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    // The message stays with this consumer until the work on it has really ended, unless MassTransit gives it up because its channel
    // or its consumer is gone: the endpoint consumes again only when this has ended, and work that hangs may never end.
    private async Task EndOfAsync()
    {
        if (_straggler is not null)
            await _straggler.WaitAsync(context.CancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
