using System.Threading.Channels;
using MassTransit;

namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>What arrived, to be awaited one by one.</summary>
internal sealed class Collected<T>
    where T : class
{
    private readonly Channel<ConsumeContext<T>> _arrived = Channel.CreateUnbounded<ConsumeContext<T>>();

    public int Count => _arrived.Reader.Count;

    public Task AddAsync(ConsumeContext<T> context) => _arrived.Writer.WriteAsync(context).AsTask();

    public async Task<ConsumeContext<T>> NextAsync(CancellationToken cancellationToken) => await _arrived.Reader.ReadAsync(cancellationToken);
}
