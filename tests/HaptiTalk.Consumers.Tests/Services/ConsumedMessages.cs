using System.Threading.Channels;
using MassTransit;

namespace HaptiTalk.Consumers.Tests;

/// <summary>What has been consumed, and from which queue; waits for what has not been yet.</summary>
internal sealed class ConsumedMessages : IReceiveObserver
{
    private readonly Channel<(Type Message, string Queue)> _arriving = Channel.CreateUnbounded<(Type, string)>();
    private readonly List<(Type Message, string Queue)> _arrived = [];

    public async Task WaitForAsync<TMessage>(int count, CancellationToken cancellationToken)
    {
        while (QueuesOf<TMessage>().Count < count)
            _arrived.Add(await _arriving.Reader.ReadAsync(cancellationToken));
    }

    public IReadOnlyList<string> QueuesOf<TMessage>() =>
        [.. _arrived.Where(arrived => arrived.Message == typeof(TMessage)).Select(arrived => arrived.Queue)];

    public Task PostConsume<T>(ConsumeContext<T> context, TimeSpan duration, string consumerType)
        where T : class
    {
        _arriving.Writer.TryWrite((typeof(T), context.ReceiveContext.InputAddress.Segments[^1]));
        return Task.CompletedTask;
    }

    public Task PreReceive(ReceiveContext context) => Task.CompletedTask;

    public Task PostReceive(ReceiveContext context) => Task.CompletedTask;

    public Task ConsumeFault<T>(ConsumeContext<T> context, TimeSpan duration, string consumerType, Exception exception)
        where T : class
    {
        _arriving.Writer.TryComplete(exception); // Whoever waits fails with it, instead of waiting for what will not come.
        return Task.CompletedTask;
    }

    public Task ReceiveFault(ReceiveContext context, Exception exception) => Task.CompletedTask;
}
