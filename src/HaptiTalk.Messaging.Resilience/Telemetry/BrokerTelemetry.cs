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
    private readonly Lock _gate = new();
    private volatile BrokerState[] _brokers = [];

    public BrokerTelemetry(IMeterFactory meters, ILoggerFactory loggers, DecisionEvents events, LostBrokers lost)
    {
        _events = events;
        _lost = lost;
        _logger = loggers.CreateLogger(ResilienceTelemetry.MeterName);
        _meter = meters.Create(ResilienceTelemetry.MeterName);
        _rejections = _meter.CreateCounter<long>("broker_rejections", description: "Calls and publishes not sent because the broker was away.");
        _meter.CreateObservableGauge(
            "broker_available",
            () => _brokers.Where(static broker => broker.IsWatched)
                .Select(static broker => new Measurement<int>(broker.Outage is null ? 1 : 0, new KeyValuePair<string, object?>("broker", broker.Name))),
            description: "1 while messages can be sent to the broker, 0 while they cannot.");
    }

    /// <summary>From now on it is shown whether a broker is there, while somebody watches it.</summary>
    public void Observe(BrokerState broker)
    {
        lock (_gate)
            _brokers = [.. _brokers, broker];
    }

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

    [LoggerMessage(40, LogLevel.Warning, "Broker {Broker} is lost: {Reason}. Requests, publishes and sends through it are refused or answered by their fallback until it is back.")]
    private static partial void LogLost(ILogger logger, string broker, string reason);

    [LoggerMessage(41, LogLevel.Information, "Broker {Broker} is back after {AwayFor}.")]
    private static partial void LogBack(ILogger logger, string broker, TimeSpan awayFor);

    [LoggerMessage(47, LogLevel.Error, "Broker {Broker} refuses the credentials: {Reason}. Everything goes on by itself once the broker knows them again; credentials that have changed need this host's configuration and a restart.")]
    private static partial void LogLoginRefused(ILogger logger, string broker, string reason);
}
