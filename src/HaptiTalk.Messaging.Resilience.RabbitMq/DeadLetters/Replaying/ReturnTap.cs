using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>
/// Sees what comes back to a queue of dead letters while it arrives: a queue of our own, gone with the channel, gets a copy of what
/// the exchange before it passes on. Only headers are looked at.
/// </summary>
internal sealed class ReturnTap : AsyncDefaultBasicConsumer, IAsyncDisposable
{
    private const int Prefetch = 50;
    private const int LongestBacklog = 10_000;

    private readonly string _prefix;
    private long _returned;

    private ReturnTap(IChannel channel, string prefix)
        : base(channel) => _prefix = prefix;

    public long Returned => Interlocked.Read(ref _returned);

    /// <returns>Null when no exchange leads to the queue, or these credentials may not listen to it.</returns>
    public static async Task<ReturnTap?> TryOpenAsync(
        BrokerSession session, ManagementApi? management, string queue, string prefix, CancellationToken cancellationToken)
    {
        List<(string Exchange, string Key)> sources = [];
        if (await session.HasExchangeAsync(queue, cancellationToken).ConfigureAwait(false))
            sources.Add((queue, ""));
        else if (management is not null && (await management.BindingsToAsync(queue, cancellationToken).ConfigureAwait(false)).Value is { } bindings)
            sources.AddRange(bindings.Where(static binding => binding.Source.Length > 0).Select(static binding => (binding.Source, binding.RoutingKey ?? "")));
        if (sources.Count == 0)
            return null;

        IChannel channel = await session.OpenChannelAsync(cancellationToken).ConfigureAwait(false);
        var tap = new ReturnTap(channel, prefix);
        try
        {
            string own = (await channel.QueueDeclareAsync(
                "", durable: false, exclusive: true, autoDelete: true,
                new Dictionary<string, object?>(StringComparer.Ordinal) { ["x-max-length"] = LongestBacklog },
                cancellationToken: cancellationToken).ConfigureAwait(false)).QueueName;
            foreach ((string exchange, string key) in sources)
                await channel.QueueBindAsync(own, exchange, key, cancellationToken: cancellationToken).ConfigureAwait(false);
            await channel.BasicQosAsync(0, Prefetch, global: false, cancellationToken).ConfigureAwait(false);
            await channel.BasicConsumeAsync(own, autoAck: false, tap, cancellationToken).ConfigureAwait(false);
            return tap;
        }
        catch (OperationInterruptedException refused) when (refused.ShutdownReason?.ReplyCode == Constants.AccessRefused)
        {
            await tap.DisposeAsync().ConfigureAwait(false);
            return null;
        }
    }

    public override async Task HandleBasicDeliverAsync(
        string consumerTag, ulong deliveryTag, bool redelivered, string exchange, string routingKey,
        IReadOnlyBasicProperties properties, ReadOnlyMemory<byte> body, CancellationToken cancellationToken = default)
    {
        if (ReplayMessage.NumberOf(properties.Headers, _prefix) is not null)
            Interlocked.Increment(ref _returned);
        await Channel.BasicAckAsync(deliveryTag, multiple: false, cancellationToken).ConfigureAwait(false);
    }

    public ValueTask DisposeAsync() => Channel.DisposeAsync();
}
