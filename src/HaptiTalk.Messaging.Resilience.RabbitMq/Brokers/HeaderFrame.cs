using System.Globalization;
using RabbitMQ.Client;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>
/// AMQP gives the properties and headers of a message one frame. The client sends a larger one all the same, and the broker closes the
/// connection for it, as often as it is tried.
/// </summary>
internal static class HeaderFrame
{
    // Type, channel, size, class, weight, size of the body, and the end.
    private const int Around = 20;

    // The client adds the trace that it runs in, if somebody listens.
    private const int ForTraces = 128;

    /// <returns>Why it cannot be sent; null when it can.</returns>
    public static string? Problem(BasicProperties properties, IConnection connection)
    {
        long size = Around + ForTraces + ((IAmqpWriteable)properties).GetRequiredBufferSize();
        return connection.FrameMax == 0 || size <= connection.FrameMax
            ? null
            : string.Create(CultureInfo.InvariantCulture, $"its headers need {size} bytes, and this broker takes {connection.FrameMax} (frame_max)");
    }
}
