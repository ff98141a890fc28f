using System.Globalization;
using RabbitMQ.Client;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>A message as the broker delivered it. Its body is valid only while it is being looked at.</summary>
internal readonly record struct BrokerMessage(
    IChannel Channel, ulong Tag, string Exchange, string RoutingKey, IReadOnlyBasicProperties Properties, ReadOnlyMemory<byte> Body)
{
    private const string DeliveryCountName = "x-delivery-count";

    /// <summary>Its deliveries that failed, as a quorum queue counts them.</summary>
    public long DeliveryCount =>
        Properties.Headers is { } headers && headers.TryGetValue(DeliveryCountName, out object? count) && count is not (null or byte[])
            ? Convert.ToInt64(count, CultureInfo.InvariantCulture)
            : 0;
}
