namespace HaptiTalk.Messaging.Resilience;

/// <summary>A message that was published in a dead letter's place.</summary>
/// <param name="Tag">The delivery of the dead letter.</param>
/// <param name="Target">The queue that it was published to.</param>
/// <param name="Report">What is reported of it; null when nobody asks for each message.</param>
internal readonly record struct ReplayedDelivery(ulong Tag, string Target, ReplayedMessage? Report);

/// <summary>
/// Which deliveries may be acknowledged. One acknowledgement covers all deliveries before the first one that stays. Those behind it are
/// acknowledged one by one.
/// </summary>
internal sealed class AcknowledgementOrder(PublishConfirms<ReplayedDelivery> confirms)
{
    private readonly Lock _lock = new();
    private ulong _firstKept = ulong.MaxValue;

    /// <summary>A delivery stays where it is. Said before anything behind it is published.</summary>
    public void Keep(ulong tag)
    {
        lock (_lock)
            _firstKept = Math.Min(_firstKept, tag);
    }

    /// <summary>Takes the deliveries whose copies are answered, in order, up to the first copy without an answer.</summary>
    /// <param name="single">Gets those that must be acknowledged one by one.</param>
    /// <param name="settled">How many copies are answered. Refused ones count, too.</param>
    /// <param name="confirmed">How many of them are confirmed: these deliveries leave.</param>
    /// <returns>The tag up to which one acknowledgement covers all; 0 for none.</returns>
    public ulong Take(List<ulong> single, out int settled, out int confirmed)
    {
        ulong upTo = 0;
        settled = 0;
        confirmed = 0;
        lock (_lock)
        {
            while (confirms.TryTake(out ReplayedDelivery delivery, out bool isConfirmed))
            {
                settled++;
                if (!isConfirmed)
                {
                    _firstKept = Math.Min(_firstKept, delivery.Tag);
                    continue;
                }

                confirmed++;
                if (delivery.Tag < _firstKept)
                    upTo = delivery.Tag;
                else
                    single.Add(delivery.Tag);
            }
        }

        return upTo;
    }
}
