using System.Globalization;
using HaptiTalk.Messaging.Resilience.BrokerBenchmarks.Results;

namespace HaptiTalk.Messaging.Resilience.BrokerBenchmarks.Soak;

/// <summary>What came of a soak, and whether that is what is promised.</summary>
internal sealed class SoakResult
{
    private readonly IReadOnlyDictionary<string, int> _faults;
    private readonly IReadOnlyList<(string Text, int Times)> _unobserved;
    private readonly IReadOnlyDictionary<string, int> _failures;
    private readonly IReadOnlyList<string> _late;
    private readonly Dictionary<string, double> _values;

    public SoakResult(
        IReadOnlyDictionary<string, int> faults,
        Ledger ledger,
        SoakCalls calls,
        MachinePauses pauses,
        UnobservedExceptions unobserved,
        Rest start,
        Rest end)
    {
        _faults = faults;
        _failures = calls.Failures;
        _late = calls.Late;
        _unobserved = [.. unobserved.All];
        _values = new(StringComparer.Ordinal)
        {
            ["requestsAnswered"] = calls.Answered,
            ["requestsFailed"] = calls.Unanswered,
            ["publishesConfirmed"] = ledger.Confirmed,
            ["publishesFailed"] = calls.Unconfirmed,
            ["lost"] = ledger.Lost,
            ["consumedMoreThanOnce"] = ledger.Repeated,
            ["late"] = _late.Count,
            ["lateByMachinePauses"] = calls.Overdue - _late.Count,
            ["longestMilliseconds"] = calls.Longest.TotalMilliseconds,
            ["machinePauses"] = pauses.Count,
            ["longestMachinePauseMilliseconds"] = pauses.Longest.TotalMilliseconds,
            ["unobservedOurs"] = unobserved.Ours.Count(),
            ["unobservedOthers"] = unobserved.Count - unobserved.Ours.Count(),
            ["circuitsNotClosed"] = end.NotClosed,
            ["callsInBulkheads"] = end.Running,
            ["messagesHeld"] = end.Held,
            ["messagesInQueues"] = end.Waiting,
            ["messagesInErrorQueues"] = end.InErrorQueues,
            ["connectionsAtStart"] = start.Connections,
            ["connections"] = end.Connections,
            ["channelsAtStart"] = start.Channels,
            ["channels"] = end.Channels,
            ["threadsAtStart"] = start.Threads,
            ["threads"] = end.Threads,
            ["timersAtStart"] = start.Timers,
            ["timers"] = end.Timers,
            ["memoryAtStart"] = start.Memory,
            ["memory"] = end.Memory,
        };
        Broken =
        [
            .. ((string[])["lost", "late", "unobservedOurs"]).Where(bound => _values[bound] > 0)
                .Select(bound => string.Create(CultureInfo.InvariantCulture, $"{bound}: {_values[bound]}, at most 0")),
            .. end.AmissBeside(start),
        ];
    }

    /// <summary>The bounds that were passed.</summary>
    public IReadOnlyList<string> Broken { get; }

    public Measurement Measured => new("soak", "the framework", 0, _values);

    /// <summary>What happened, and how often.</summary>
    public string Faults => string.Join(", ", _faults.Select(static fault => $"{fault.Value} × {fault.Key}"));

    /// <summary>For people.</summary>
    public IEnumerable<string> Lines =>
    [
        .. _unobserved.Select(static exception => $"Unobserved {exception.Times} times: {exception.Text}"),
        .. _late.Select(static call => $"Late: {call}"),
        $"Faults: {Faults}.",
        .. _failures.Select(static failure => $"Callers were told {failure.Value} times: {failure.Key}"),
        .. _values.Select(static value => string.Create(CultureInfo.InvariantCulture, $"{value.Key}: {value.Value:0.##}")),
        .. Broken.Count == 0 ? ["Every bound is kept."] : Broken.Select(static broken => $"Passed: {broken}"),
    ];
}
