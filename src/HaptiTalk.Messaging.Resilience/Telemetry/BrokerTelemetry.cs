using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>Counts, logs and tells what is noticed about brokers.</summary>
internal sealed partial class BrokerTelemetry
{
    private readonly ILogger _logger;
    private readonly DecisionEvents _events;
    private readonly LostBrokers _lost;
    private readonly Meter _meter;
    private readonly Counter<long> _rejections;

    public BrokerTelemetry(IMeterFactory meters, ILoggerFactory loggers, DecisionEvents events, LostBrokers lost)
    {
        _events = events;
        _lost = lost;
        _logger = loggers.CreateLogger(ResilienceTelemetry.MeterName);
        _meter = meters.Create(ResilienceTelemetry.MeterName);
        _rejections = _meter.CreateCounter<long>("broker_rejections", description: "Calls and publishes not sent because the broker was away.");
    }

    /// <summary>Reads which brokers are there whenever they are collected.</summary>
    public void Observe(Func<IEnumerable<(string Broker, bool IsAvailable)>> brokers) => _meter.CreateObservableGauge(
        "broker_available",
        () => brokers().Select(static broker => new Measurement<int>(broker.IsAvailable ? 1 : 0, new KeyValuePair<string, object?>("broker", broker.Broker))),
        description: "1 while messages can be sent to the broker, 0 while they cannot.");

    public void Rejected(Execution execution)
    {
        OperationState operation = execution.Operation;
        _rejections.Add(1, operation.ServiceTag, operation.OperationTag, operation.SideTag);
        execution.RecordedSpan?.Rejected(FallbackReason.BrokerUnavailable, retryAfter: null);
        _events.Rejected(operation, FallbackReason.BrokerUnavailable, retryAfter: null);
    }

    public void Lost(string broker, string reason)
    {
        _lost.Add(broker, reason);
        LogLost(_logger, broker, reason);
        _events.BrokerLost(broker, reason);
    }

    public void LoginRefused(string broker, DateTimeOffset since, string reason)
    {
        _lost.Change(broker, since, reason);
        LogLoginRefused(_logger, broker, reason);
    }

    public void Back(string broker, TimeSpan awayFor)
    {
        _lost.Remove(broker);
        LogBack(_logger, broker, awayFor);
        _events.BrokerBack(broker, awayFor);
    }

    public void WatchFailed(Exception failure, string broker) => LogWatchFailed(_logger, failure, broker);

    public void ReconnectsSlowly(string broker) => LogReconnectsSlowly(_logger, broker);

    public void PublishesUnconfirmed(string broker) => LogPublishesUnconfirmed(_logger, broker);

    public void RepliesLocked(string broker, string reason) => LogRepliesLocked(_logger, broker, reason);

    [LoggerMessage(40, LogLevel.Warning, "Broker {Broker} is lost: {Reason}. Requests, publishes and sends through it are refused or answered by their fallback until it is back.")]
    private static partial void LogLost(ILogger logger, string broker, string reason);

    [LoggerMessage(41, LogLevel.Information, "Broker {Broker} is back after {AwayFor}.")]
    private static partial void LogBack(ILogger logger, string broker, TimeSpan awayFor);

    [LoggerMessage(47, LogLevel.Error, "Broker {Broker} refuses the credentials: {Reason}. Everything goes on by itself once the broker knows them again; credentials that have changed need this host's configuration and a restart.")]
    private static partial void LogLoginRefused(ILogger logger, string broker, string reason);

    [LoggerMessage(42, LogLevel.Warning, "Broker {Broker} could not be looked at; the next try follows in a second. If this goes on, check address and credentials.")]
    private static partial void LogWatchFailed(ILogger logger, Exception failure, string broker);

    [LoggerMessage(43, LogLevel.Information, "MassTransit's pause before it reconnects to {Broker} could not be shortened in this version: after an outage it may take half a minute longer.")]
    private static partial void LogReconnectsSlowly(ILogger logger, string broker);

    [LoggerMessage(44, LogLevel.Warning, "Publisher confirmation is off for {Broker}: a publish or send that succeeds may be lost. Leave PublisherConfirmation of the host on.")]
    private static partial void LogPublishesUnconfirmed(ILogger logger, string broker);

    [LoggerMessage(48, LogLevel.Warning, "Broker {Broker} still keeps the queue for replies for a connection that is gone: requests get no reply until it lets go. On a cluster that may last until the node is back; rabbit.SetQuorumQueue() on the bus prevents it. {Reason}")]
    private static partial void LogRepliesLocked(ILogger logger, string broker, string reason);
}
