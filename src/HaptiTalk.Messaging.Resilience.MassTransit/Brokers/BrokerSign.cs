namespace HaptiTalk.Messaging.Resilience;

/// <summary>Something that tells of the broker's health.</summary>
internal readonly record struct BrokerSign(BrokerSignKind Kind, string Reason);

internal enum BrokerSignKind
{
    /// <summary>A call got no answer in time.</summary>
    Suspected,

    /// <summary>The broker has an alarm, and takes no messages from this connection.</summary>
    Blocked,

    /// <summary>The alarm is over.</summary>
    Unblocked,

    /// <summary>The connection has ended.</summary>
    Closed,
}
