using MassTransit;

namespace HaptiTalk.Demo;

/// <summary>How often a consumer has begun to work, repeats included.</summary>
internal sealed class ExecutionCount
{
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(100);

    private long _count;
    private long _underway;

    public long Count => Interlocked.Read(ref _count);

    public void Begin()
    {
        Interlocked.Increment(ref _underway);
        Interlocked.Increment(ref _count);
    }

    public void End() => Interlocked.Decrement(ref _underway);

    /// <summary>Waits until what is in the queues has been worked off.</summary>
    public async Task SettleAsync(TimeProvider clock, CancellationToken cancellationToken)
    {
        long before;
        do
        {
            before = Count;
            await Task.Delay(Quiet, clock, cancellationToken);
        }
        while (Count != before || Interlocked.Read(ref _underway) > 0);
    }
}

/// <summary>Stands directly in front of each consumer, with and without the framework.</summary>
internal sealed class ExecutionCountFilter<T>(ExecutionCount executions) : IFilter<ConsumeContext<T>>
    where T : class
{
    public async Task Send(ConsumeContext<T> context, IPipe<ConsumeContext<T>> next)
    {
        executions.Begin();
        try
        {
            await next.Send(context);
        }
        finally
        {
            executions.End();
        }
    }

    public void Probe(ProbeContext context) => context.CreateFilterScope("executionCount");
}
