using Microsoft.Extensions.Logging;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>What was changed by hand: kept, logged and told to whoever listens.</summary>
internal sealed class ControlHistory(ILoggerFactory loggers, DecisionEvents events)
{
    private const int Kept = 1000;

    private readonly ILogger _logger = loggers.CreateLogger(ResilienceTelemetry.MeterName);
    private readonly Lock _gate = new();
    private readonly Queue<ControlChange> _changes = new();

    /// <summary>The last 1,000, oldest first.</summary>
    public IReadOnlyList<ControlChange> All
    {
        get
        {
            lock (_gate)
                return [.. _changes];
        }
    }

    /// <param name="change">What was changed.</param>
    /// <param name="subject">What the log calls it: a service, or a queue.</param>
    public ControlChange Keep(ControlChange change, string subject)
    {
        lock (_gate)
        {
            _changes.Enqueue(change);
            if (_changes.Count > Kept)
                _changes.Dequeue();
            Log.Controlled(_logger, change.By, subject, change.What, change.Before, change.After, change.Reason?.TrimEnd('.') ?? "not given");
            events.Controlled(change);
        }

        return change;
    }
}
