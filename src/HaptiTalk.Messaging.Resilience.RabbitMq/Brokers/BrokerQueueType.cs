namespace HaptiTalk.Messaging.Resilience;

/// <summary>How the broker keeps a queue.</summary>
public enum BrokerQueueType
{
    /// <summary>Not known: the broker does not say without its management API.</summary>
    Unknown,

    /// <summary>On one node.</summary>
    Classic,

    /// <summary>Replicated; it counts deliveries.</summary>
    Quorum,

    /// <summary>A log that reading does not change.</summary>
    Stream,
}
