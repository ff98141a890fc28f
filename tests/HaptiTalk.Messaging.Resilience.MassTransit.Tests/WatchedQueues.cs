using System.Threading.Channels;
using MassTransit;

namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>What an endpoint moved aside.</summary>
internal sealed record DeadLetters(IReadOnlyList<Headers> Errors, IReadOnlyList<Headers> Skipped);

/// <summary>
/// Stands in for the error and the skipped queue of an endpoint: the in-memory transport throws away what is moved to a queue
/// that does not exist. It takes deliveries before any consumer, so that no policy applies to them.
/// </summary>
internal sealed class WatchedQueues(string queue)
{
    private readonly WatchedQueue _errors = new($"{queue}_error");
    private readonly WatchedQueue _skipped = new($"{queue}_skipped");

    public void Configure(IInMemoryBusFactoryConfigurator memory)
    {
        _errors.Configure(memory);
        _skipped.Configure(memory);
    }

    public Task<Headers> NextErrorAsync(CancellationToken cancellationToken) => _errors.NextAsync(cancellationToken);

    public async Task<DeadLetters> ReadAsync(IBus bus, CancellationToken cancellationToken) =>
        new(await _errors.ReadAsync(bus, cancellationToken), await _skipped.ReadAsync(bus, cancellationToken));
}

internal sealed class WatchedQueue(string name) : IFilter<ReceiveContext>
{
    private readonly Channel<Headers> _arrived = Channel.CreateUnbounded<Headers>();

    public void Configure(IInMemoryBusFactoryConfigurator memory) => memory.ReceiveEndpoint(name, endpoint =>
    {
        endpoint.ConcurrentMessageLimit = 1;
        endpoint.ConfigureConsumeTopology = false;
        endpoint.ConfigureReceive(receive => receive.UseFilter(this));
    });

    public async Task<Headers> NextAsync(CancellationToken cancellationToken) => await _arrived.Reader.ReadAsync(cancellationToken);

    /// <summary>A marker behind everything that was moved shows where the queue ends.</summary>
    public async Task<IReadOnlyList<Headers>> ReadAsync(IBus bus, CancellationToken cancellationToken)
    {
        ISendEndpoint endpoint = await bus.GetSendEndpoint(new Uri($"queue:{name}"));
        await endpoint.Send(new Marker(), cancellationToken);
        List<Headers> read = [];
        while (true)
        {
            Headers headers = await _arrived.Reader.ReadAsync(cancellationToken);
            if (!headers.TryGetHeader(MessageHeaders.Reason, out _))
                return read;
            read.Add(headers);
        }
    }

    public async Task Send(ReceiveContext context, IPipe<ReceiveContext> next) => await _arrived.Writer.WriteAsync(context.TransportHeaders);

    public void Probe(ProbeContext context) => context.CreateFilterScope("watched");
}

public sealed record Marker;
