using MassTransit;
using MassTransit.Context;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>Runs a batch consumer under a service's profile. A batch is one execution: every attempt has all its messages, and it is held as a whole.</summary>
internal sealed class BatchFilter<T>(ConsumeProtection protection, ConsumeBinding binding) : IFilter<ConsumeContext<Batch<T>>>
    where T : class
{
    private readonly ConsumeFilter<Batch<T>> _filter = new(protection, binding);

    public async Task Send(ConsumeContext<Batch<T>> context, IPipe<ConsumeContext<Batch<T>>> next)
    {
        var batch = new BatchContext<T>(context);
        try
        {
            await _filter.Send(batch, next).ConfigureAwait(false);
        }
        catch (Exception)
        {
            foreach (ConsumeContext<T> message in context.Message)
                Share(batch, message.ReceiveContext);
            throw;
        }
    }

    public void Probe(ProbeContext context) => _filter.Probe(context);

    // Each message fails by itself after this, and its error copy says the same as the others'.
    private static void Share(BatchContext<T> batch, ReceiveContext message)
    {
        if (batch.TryGetPayload<RetryContext>(out RetryContext? retries))
            message.GetOrAddPayload(() => retries);
        AnnotatingErrorTransport.Share(batch.ReceiveContext, message);
    }
}

/// <summary>
/// A batch as one piece of work. To MassTransit it looks like the last of its messages: if that is a request, the batch is
/// none, and nobody waits for an answer to it.
/// </summary>
internal sealed class BatchContext<T>(ConsumeContext<Batch<T>> context) : ConsumeContextScope<Batch<T>>(context)
    where T : class
{
    public override Guid? RequestId => null;
}
