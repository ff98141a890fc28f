using System.Globalization;
using RabbitMQ.Client;

namespace HaptiTalk.Messaging.Resilience;

internal sealed class DeadLetterMirror(DeadLetterAccess broker) : IDeadLetterMirror
{
    private const string Suffix = "_mirror";

    public static string NameFor(string queue) => queue + Suffix;

    /// <returns>The queue that a mirror of this name belongs to; null when it is not the name of a mirror.</returns>
    public static string? SourceOf(string queue) => queue.EndsWith(Suffix, StringComparison.Ordinal) ? queue[..^Suffix.Length] : null;

    public async Task<string> CreateAsync(
        string queue, DeadLetterMirrorOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new();
        ArgumentGuard.QueueName(queue, nameof(queue));
        ArgumentGuard.QueueName(NameFor(queue), nameof(queue));
        ArgumentGuard.Range(options.MaxBytes, 1, long.MaxValue, nameof(options), nameof(options.MaxBytes));
        ArgumentGuard.Range((long)options.MaxAge.TotalSeconds, 1, int.MaxValue, nameof(options), nameof(options.MaxAge));

        string purpose = $"mirror '{queue}'";
        return await broker.UseAsync(
            purpose,
            session => broker.WithinTimeoutAsync(
                purpose,
                async token =>
                {
                    if (!await session.HasExchangeAsync(queue, token).ConfigureAwait(false))
                        throw broker.Failed(purpose, "no exchange of its name leads to it, so that there is nothing to bind a stream to");
                    IChannel channel = await session.OpenChannelAsync(token).ConfigureAwait(false);
                    await using (channel.ConfigureAwait(false))
                        return await CreateAsync(channel, queue, options, token).ConfigureAwait(false);
                },
                cancellationToken),
            cancellationToken).ConfigureAwait(false);
    }

    private static async Task<string> CreateAsync(
        IChannel channel, string queue, DeadLetterMirrorOptions options, CancellationToken cancellationToken)
    {
        string stream = NameFor(queue);
        Dictionary<string, object?> arguments = new(StringComparer.Ordinal)
        {
            ["x-queue-type"] = "stream",
            ["x-max-length-bytes"] = options.MaxBytes,
            ["x-max-age"] = string.Create(CultureInfo.InvariantCulture, $"{(long)options.MaxAge.TotalSeconds}s"),
        };
        await channel.QueueDeclareAsync(stream, durable: true, exclusive: false, autoDelete: false, arguments, cancellationToken: cancellationToken)
            .ConfigureAwait(false);
        await channel.QueueBindAsync(stream, exchange: queue, routingKey: "", cancellationToken: cancellationToken).ConfigureAwait(false);
        return stream;
    }
}
