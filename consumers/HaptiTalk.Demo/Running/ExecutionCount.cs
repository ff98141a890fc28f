using MassTransit;

namespace HaptiTalk.Demo;

/// <summary>How often a consumer has begun to work, repeats included.</summary>
internal sealed class ExecutionCount
{
    private long _count;

    public long Count => Interlocked.Read(ref _count);

    public void Add() => Interlocked.Increment(ref _count);
}

/// <summary>Stands directly in front of each consumer, with and without the framework.</summary>
internal sealed class ExecutionCountFilter<T>(ExecutionCount executions) : IFilter<ConsumeContext<T>>
    where T : class
{
    public Task Send(ConsumeContext<T> context, IPipe<ConsumeContext<T>> next)
    {
        executions.Add();
        return next.Send(context);
    }

    public void Probe(ProbeContext context) => context.CreateFilterScope("executionCount");
}
