using MassTransit;
using MassTransit.Context;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>
/// What a consumer sees of one attempt. MassTransit sends <c>Fault&lt;T&gt;</c> as soon as a consumer throws; here that is put
/// off until no attempt is left. It is a retry context, so that each attempt gets its own scope and consumer.
/// </summary>
internal sealed class AttemptContext<T> : ConsumeContextScope<T>, ConsumeRetryContext, IDeadlineContext
    where T : class
{
    private readonly Attempt _attempt;
    private readonly CancellationToken _cancellationToken;

    public AttemptContext(
        ConsumeContext<T> inner, Attempt attempt, ConsumeDeadline deadline, Sender sender, CancellationToken cancellationToken)
        : base(inner)
    {
        _attempt = attempt;
        Deadline = deadline;
        _cancellationToken = cancellationToken;
        ReceiveContext = new AttemptReceiveContext(inner.ReceiveContext, inner, attempt, sender);
    }

    public ConsumeDeadline Deadline { get; }

    public string? Owner => Deadline.Owner ?? RequestDeadlineOwner.In(this);

    public override CancellationToken CancellationToken => _cancellationToken;

    public override Task ConsumeCompleted => _attempt.TasksCompleted;

    public int RetryAttempt => _attempt.Number;

    public int RetryCount => _attempt.Number;

    public override void AddConsumeTask(Task task) => _attempt.AddTask(task);

    public override Task NotifyConsumed<TMessage>(ConsumeContext<TMessage> context, TimeSpan duration, string consumerType) =>
        _attempt.IsAbandoned ? Task.CompletedTask : base.NotifyConsumed(context, duration, consumerType);

    public override Task NotifyFaulted<TMessage>(ConsumeContext<TMessage> context, TimeSpan duration, string consumerType, Exception exception)
    {
        _attempt.Fault = new ConsumerFault<TMessage>(context.Message, consumerType, exception);
        return Task.CompletedTask;
    }

    public TContext CreateNext<TContext>(RetryContext retryContext)
        where TContext : class, ConsumeRetryContext =>
        throw new NotSupportedException("The service profile repeats this delivery; a retry policy of MassTransit's own cannot take it over.");

    public Task NotifyPendingFaults() => Task.CompletedTask;
}
