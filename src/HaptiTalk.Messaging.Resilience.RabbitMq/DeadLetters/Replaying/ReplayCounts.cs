using System.Globalization;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>Counts outcomes, and remembers some of them.</summary>
internal sealed class ReplayCounts(ReplayRequest request, long total, TimeProvider time, DeadLetterTelemetry telemetry)
{
    private const int MostRemembered = 1_000;

    private readonly Lock _lock = new();
    private readonly Dictionary<ReplayOutcome, long> _outcomes = [];
    private readonly Dictionary<string, long> _targets = new(StringComparer.Ordinal);
    private readonly List<ReplayedMessage> _messages = [];
    private readonly long _started = time.GetTimestamp();
    private long _seen;
    private long _notSelected;
    private long _returned;
    private long _withoutCopies;

    public TimeSpan Took => time.GetElapsedTime(_started);

    public long Seen => Interlocked.Read(ref _seen);

    public long Returned => Interlocked.Read(ref _returned);

    /// <summary>Whether somebody wants to know of each message.</summary>
    public bool ReportsEach => request.Outcomes is not null;

    /// <summary>One more that was looked at, and what becomes of it if it stays.</summary>
    public void See(BrokerMessage message, ReplayVerdict verdict)
    {
        Interlocked.Increment(ref _seen);
        if (!verdict.IsSelected)
            Interlocked.Increment(ref _notSelected);
        if (verdict is { IsSent: true, WithoutCopies: true })
            Interlocked.Increment(ref _withoutCopies);
        if (verdict.Kept is { } outcome)
            Add(outcome, verdict.Target, ReplayPreview.Describe(message, verdict));
    }

    public void ComeBack(long returned)
    {
        if (returned <= 0)
            return;
        Interlocked.Add(ref _returned, returned);
        telemetry.Returned(request.Queue, returned);
    }

    /// <param name="outcome">What became of it.</param>
    /// <param name="target">Where it went, or would have gone.</param>
    /// <param name="message">Which it is; null when nobody wants to know.</param>
    public void Add(ReplayOutcome outcome, string? target, ReplayedMessage? message)
    {
        lock (_lock)
        {
            _outcomes[outcome] = _outcomes.GetValueOrDefault(outcome) + 1;
            if (target is not null && outcome is ReplayOutcome.Replayed or ReplayOutcome.WouldReplay)
                _targets[target!] = _targets.GetValueOrDefault(target!) + 1;
            if (message is not null && outcome != ReplayOutcome.Replayed && _messages.Count < MostRemembered)
                _messages.Add(message with { Outcome = outcome });
        }

        if (outcome == ReplayOutcome.Replayed)
            telemetry.Replayed(request.Queue);
        else if (outcome != ReplayOutcome.WouldReplay)
            telemetry.Skipped(request.Queue, outcome);
        if (message is not null)
            request.Outcomes?.Report(message with { Outcome = outcome });
    }

    public long Of(ReplayOutcome outcome)
    {
        lock (_lock)
            return _outcomes.GetValueOrDefault(outcome);
    }

    public ReplayProgress Progress()
    {
        lock (_lock)
        {
            long seen = Seen;
            double perSecond = Took.TotalSeconds is > 0 and var seconds ? seen / seconds : 0;
            long replayed = _outcomes.GetValueOrDefault(ReplayOutcome.Replayed);
            long kept = _outcomes.Values.Sum() - replayed - _outcomes.GetValueOrDefault(ReplayOutcome.WouldReplay);
            TimeSpan? remaining = perSecond > 0 ? TimeSpan.FromSeconds(Math.Max(0, total - seen) / perSecond) : null;
            return new(total, seen, replayed, kept, Returned, perSecond, remaining);
        }
    }

    public ReplayReport Report(string run, ReplayEnd end, ReturnWatch watch, long unacked, IReadOnlyList<string> warnings)
    {
        lock (_lock)
        {
            return new()
            {
                Run = run,
                Queue = request.Queue,
                DryRun = request.DryRun,
                Stop = end.Stop,
                Problem = end.Problem,
                Outcomes = new Dictionary<ReplayOutcome, long>(_outcomes),
                Targets = new Dictionary<string, long>(_targets, StringComparer.Ordinal),
                NotSelected = Interlocked.Read(ref _notSelected),
                Returned = Returned,
                ReturnWatch = watch,
                UnackedReplays = unacked,
                Took = Took,
                Messages = [.. _messages],
                Warnings = Interlocked.Read(ref _withoutCopies) is > 0 and var copies ? [CopiesText(copies), .. warnings] : warnings,
            };
        }
    }

    private static string CopiesText(long messages) => messages == 1
        ? "1 message names further queues in its CC header. That is taken off: it goes to its target alone."
        : string.Create(
            CultureInfo.InvariantCulture, $"{messages} messages name further queues in their CC headers. Those are taken off: they go to their targets alone.");
}

/// <summary>Why a replay ends, and in words.</summary>
internal sealed record ReplayEnd(ReplayStop Stop, string? Problem)
{
    public static ReplayEnd Completed { get; } = new(ReplayStop.Completed, null);
}
