namespace HaptiTalk.Messaging.Resilience.Transport;

/// <summary>A message that was taken from a queue and is not acknowledged yet.</summary>
internal interface IIncomingMessage
{
    /// <summary>Cancelled when the transport gives the message up, because its connection is gone or it stops.</summary>
    CancellationToken CancellationToken { get; }

    /// <summary>How often the queue has had it back (<c>x-delivery-count</c>); 0 where the queue does not count.</summary>
    long DeliveryCount { get; }

    /// <summary>Where it came from, as the broker knows it; null where no other process can consume the same queue.</summary>
    IQueueConsumer? Consumer { get; }
}
