using System.Diagnostics.Metrics;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>Counts what replays do, under the framework's meter.</summary>
internal sealed class DeadLetterTelemetry
{
    private readonly Counter<long>? _replayed;
    private readonly Counter<long>? _returned;
    private readonly Counter<long>? _skipped;
    private readonly Counter<long>? _arrived;
    private readonly Meter? _meter;

    public DeadLetterTelemetry(IMeterFactory meters)
    {
        _meter = meters.Create("HaptiTalk.Messaging.Resilience");
        _replayed = _meter.CreateCounter<long>("dead_letters_replayed", description: "Dead letters replayed and confirmed.");
        _returned = _meter.CreateCounter<long>("dead_letters_returned", description: "Replayed dead letters that were seen to come back.");
        _skipped = _meter.CreateCounter<long>("dead_letters_skipped", description: "Dead letters that a replay kept, by why.");
        _arrived = _meter.CreateCounter<long>("dead_letter_arrivals", description: "Dead letters by which queues were seen to grow.");
    }

    private DeadLetterTelemetry()
    {
    }

    /// <summary>Counts nothing.</summary>
    public static DeadLetterTelemetry None { get; } = new();

    public void Replayed(string queue) => _replayed?.Add(1, Tag(queue));

    public void Returned(string queue, long messages) => _returned?.Add(messages, Tag(queue));

    public void Skipped(string queue, ReplayOutcome outcome) => _skipped?.Add(1, Tag(queue), new("reason", NameOf(outcome)));

    public void Arrived(string queue, long messages) => _arrived?.Add(messages, Tag(queue));

    /// <summary>Reads the gauges from the last look whenever they are collected.</summary>
    public void Observe(Func<IEnumerable<Measurement<long>>> depth, Func<IEnumerable<Measurement<double>>> oldestAge)
    {
        _meter?.CreateObservableGauge("dead_letter_depth", depth, description: "Messages that wait in a queue of dead letters.");
        _meter?.CreateObservableGauge("dead_letter_oldest_age", oldestAge, unit: "s", description: "How long ago the first message of a queue of dead letters failed.");
    }

    public static KeyValuePair<string, object?> Tag(string queue) => new("queue", queue);

    private static string NameOf(ReplayOutcome outcome) => outcome switch
    {
        ReplayOutcome.HeldBack => "held_back",
        ReplayOutcome.RequesterGone => "requester_gone",
        ReplayOutcome.NoTarget => "no_target",
        ReplayOutcome.TargetUnconfirmed => "target_unconfirmed",
        ReplayOutcome.TargetMissing => "target_missing",
        ReplayOutcome.TargetRefused => "target_refused",
        ReplayOutcome.NotPermitted => "not_permitted",
        ReplayOutcome.MessageRefused => "message_refused",
        _ => "in_doubt",
    };
}
