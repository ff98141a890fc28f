using MassTransit;
using MassTransit.Context;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>
/// Stands before the place where messages are collected into batches. A batch that is given back to the queue looks to each of
/// its messages like a consumer that failed: here they learn that it has not.
/// </summary>
internal sealed class BatchedMessageFilter<T>(ConsumeProtection protection, ConsumeBinding binding) : IFilter<ConsumeContext<T>>
    where T : class
{
    public Task Send(ConsumeContext<T> context, IPipe<ConsumeContext<T>> next)
    {
        if (binding.OperationFor(context.ReceiveContext.InputAddress, typeof(Batch<T>), protection) is not { } operation)
            return next.Send(context);
        if (!RequestDeadline.HasPassed(context, operation.Profile.Timeout, protection.Clock))
            return CollectAsync(new(context), next);

        operation.ReportExpired();
        return context.NotifyConsumed(TimeSpan.Zero, "expired");
    }

    public void Probe(ProbeContext context)
    {
    }

    private static async Task CollectAsync(BatchedMessageContext<T> context, IPipe<ConsumeContext<T>> next)
    {
        try
        {
            await next.Send(context).ConfigureAwait(false);
        }
        catch (Exception) when (context.IsGivenBack)
        {
            throw new OperationCanceledException(context.CancellationToken);
        }
    }
}

/// <summary>One message of a batch.</summary>
internal sealed class BatchedMessageContext<T>(ConsumeContext<T> context) : ConsumeContextProxy<T>(context)
    where T : class
{
    public bool IsGivenBack { get; private set; }

    // A consumer's own cancellation is a failure like any other and does not come here as one: this one is of the batch.
    public override Task NotifyFaulted<TMessage>(ConsumeContext<TMessage> faulted, TimeSpan duration, string consumerType, Exception exception)
    {
        if (exception is not OperationCanceledException)
            return base.NotifyFaulted(faulted, duration, consumerType, exception);

        IsGivenBack = true;
        return Task.CompletedTask;
    }
}
