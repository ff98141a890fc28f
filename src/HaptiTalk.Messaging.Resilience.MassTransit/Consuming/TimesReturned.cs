using MassTransit;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>How often a quorum queue has had a message back. Other queues do not count.</summary>
internal static class TimesReturned
{
    public static long Of(ReceiveContext delivery) => delivery.TransportHeaders.TryGetHeader("x-delivery-count", out object? value)
        ? value switch
        {
            // The broker writes a whole number; anything else is somebody else's.
            long count => count,
            int count => count,
            uint count => count,
            short count => count,
            ushort count => count,
            sbyte count => count,
            byte count => count,
            _ => 0,
        }
        : 0;
}
