using System.Globalization;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>
/// How a queue is looked at without harm, by what was measured on brokers. This is the one place that decides it; the first row
/// that fits counts.
/// </summary>
internal static class PeekTable
{
    private static readonly BrokerVersion Any = new(0, 0);
    private static readonly BrokerVersion V43 = new(4, 3);

    private static readonly Row[] Rows =
    [
        //  type                      from  limit          way
        new(BrokerQueueType.Stream,   Any,  Limits.Any,     PeekMethod.Stream,  "reading a stream takes nothing out"),
        new(BrokerQueueType.Classic,  Any,  Limits.Any,     PeekMethod.Close,   "a classic queue takes back what was not acknowledged, in its place"),
        new(BrokerQueueType.Quorum,   Any,  Limits.None,    PeekMethod.Close,   "a quorum queue without a delivery limit takes back what was not acknowledged, in its place"),
        new(BrokerQueueType.Quorum,   V43,  Limits.Any,     PeekMethod.Requeue, "a requeue is not counted as a failed delivery from RabbitMQ 4.3 on"),
        new(BrokerQueueType.Quorum,   Any,  Limits.Some,    PeekMethod.Refuse,  "before RabbitMQ 4.3 every look at a quorum queue with a delivery limit counts as a delivery, and what exceeds the limit is dropped or dead-lettered"),
        new(BrokerQueueType.Quorum,   Any,  Limits.Unknown, PeekMethod.Refuse,  "it is a quorum queue, its delivery limit is not known without the management API, and before RabbitMQ 4.3 every look may count as a delivery"),
        new(BrokerQueueType.Unknown,  Any,  Limits.Any,     PeekMethod.Refuse,  "the broker does not say what kind of queue it is"),
    ];

    private enum Limits
    {
        Any,
        None,
        Some,
        Unknown,
    }

    public static PeekSafety For(QueueFacts facts)
    {
        Row row = Array.Find(Rows, row => row.Fits(facts))!;
        return new(row.Method, row.Reason, row.Method == PeekMethod.Refuse ? PeekRemedies.For(facts) : []);
    }

    /// <summary>For a queue whose messages are so near their limit that a crash while they are held would drop them.</summary>
    public static PeekSafety NearLimit(QueueFacts facts, long deliveries) => new(
        PeekMethod.Refuse,
        string.Create(CultureInfo.InvariantCulture,
            $"a message in it has been delivered {deliveries} times of the {facts.Limit} allowed, so that a crash while it is looked at could cost it"),
        PeekRemedies.For(facts));

    private sealed record Row(BrokerQueueType Type, BrokerVersion From, Limits Limit, PeekMethod Method, string Reason)
    {
        public bool Fits(QueueFacts facts) => Type == facts.Type && facts.Version >= From && Limit switch
        {
            Limits.None => facts.Limit is { IsKnown: true, Limit: null },
            Limits.Some => facts.Limit is { IsKnown: true, Limit: not null },
            Limits.Unknown => !facts.Limit.IsKnown,
            _ => true,
        };
    }
}
