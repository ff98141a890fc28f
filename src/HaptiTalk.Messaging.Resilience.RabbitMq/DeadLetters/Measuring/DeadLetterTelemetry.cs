using System.Diagnostics.Metrics;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>Counts what replays do, under the framework's meter.</summary>
internal sealed class DeadLetterTelemetry
{
    private readonly Counter<long>? _replayed;
    private readonly Counter<long>? _returned;
    private readonly Counter<long>? _skipped;

    public DeadLetterTelemetry(IMeterFactory meters)
    {
        Meter = meters.Create("HaptiTalk.Messaging.Resilience");
        _replayed = Meter.CreateCounter<long>("dead_letters_replayed", description: "Dead letters replayed and confirmed.");
        _returned = Meter.CreateCounter<long>("dead_letters_returned", description: "Replayed dead letters that were seen to come back.");
        _skipped = Meter.CreateCounter<long>("dead_letters_skipped", description: "Dead letters that a replay kept, by why.");
    }

    private DeadLetterTelemetry()
    {
    }

    /// <summary>Counts nothing.</summary>
    public static DeadLetterTelemetry None { get; } = new();

    public Meter? Meter { get; }

    public void Replayed(string queue) => _replayed?.Add(1, Tag(queue));

    public void Returned(string queue, long messages) => _returned?.Add(messages, Tag(queue));

    public void Skipped(string queue, ReplayOutcome outcome) => _skipped?.Add(1, Tag(queue), new("reason", NameOf(outcome)));

    public static KeyValuePair<string, object?> Tag(string queue) => new("queue", queue);

    private static string NameOf(ReplayOutcome outcome) => outcome switch
    {
        ReplayOutcome.HeldBack => "held_back",
        ReplayOutcome.RequesterGone => "requester_gone",
        ReplayOutcome.NoTarget => "no_target",
        ReplayOutcome.TargetMissing => "target_missing",
        ReplayOutcome.TargetRefused => "target_refused",
        ReplayOutcome.NotPermitted => "not_permitted",
        _ => "in_doubt",
    };
}
