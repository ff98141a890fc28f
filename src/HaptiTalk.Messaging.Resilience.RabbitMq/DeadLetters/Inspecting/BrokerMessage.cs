using RabbitMQ.Client;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>A message as the broker delivered it. Its body is valid only while it is being looked at.</summary>
/// <param name="Channel">What it came over.</param>
/// <param name="Tag">Its delivery.</param>
/// <param name="Exchange">What it was published to.</param>
/// <param name="RoutingKey">With which key.</param>
/// <param name="Properties">Its properties.</param>
/// <param name="Body">Its body.</param>
/// <param name="IsCounted">Whether the broker may have counted its deliveries: it comes again, and its queue counts.</param>
internal readonly record struct BrokerMessage(
    IChannel Channel, ulong Tag, string Exchange, string RoutingKey, IReadOnlyBasicProperties Properties, ReadOnlyMemory<byte> Body, bool IsCounted = false)
{
    /// <summary>Its deliveries that failed, as a quorum queue counts them.</summary>
    /// <remarks>
    /// A sender may write that header as well. Measured: a classic queue lets it stand; RabbitMQ 3.10 writes over it at every delivery
    /// from a quorum queue; 4.3 does so once a delivery has failed, and counts what was acquired from the second delivery on. There more
    /// failed than acquired is the sender's, unless an earlier queue counted, too, before it dead-lettered the message.
    /// </remarks>
    public long DeliveryCount =>
        IsCounted && NumberOf(HeaderName.DeliveryCount) is { } failed
        && (NumberOf(HeaderName.AcquiredCount) is not { } acquired || failed <= acquired || Properties.Headers!.ContainsKey(HeaderName.Deaths))
            ? failed
            : 0;

    // The broker writes it as this type, and no other.
    private long? NumberOf(string header) =>
        Properties.Headers is { } headers && headers.TryGetValue(header, out object? value) && value is long number and >= 0 ? number : null;
}
