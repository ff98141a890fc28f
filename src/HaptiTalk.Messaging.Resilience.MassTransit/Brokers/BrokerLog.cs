using Microsoft.Extensions.Logging;

namespace HaptiTalk.Messaging.Resilience;

internal static partial class BrokerLog
{
    [LoggerMessage(42, LogLevel.Warning, "Broker {Broker} could not be looked at; the next try follows in a second. If this goes on, check address and credentials.")]
    public static partial void WatchFailed(ILogger logger, Exception failure, string broker);

    [LoggerMessage(43, LogLevel.Information, "MassTransit's pause before it reconnects to {Broker} could not be shortened in this version: after an outage it may take half a minute longer.")]
    public static partial void ReconnectsSlowly(ILogger logger, string broker);

    [LoggerMessage(44, LogLevel.Warning, "Publisher confirmation is off for {Broker}: a publish or send that succeeds may be lost. Leave PublisherConfirmation of the host on.")]
    public static partial void PublishesUnconfirmed(ILogger logger, string broker);

    [LoggerMessage(48, LogLevel.Warning, "Broker {Broker} still keeps the queue for replies for a connection that is gone: requests get no reply until it lets go. On a cluster that may last until the node is back; rabbit.SetQuorumQueue() on the bus prevents it. {Reason}")]
    public static partial void RepliesLocked(ILogger logger, string broker, string reason);
}
