namespace HaptiTalk.Messaging.Resilience.BrokerBenchmarks.Results;

/// <summary>What the tables of each kind of result show.</summary>
internal static class ResultColumns
{
    private static readonly ResultColumn[] Cost =
    [
        new("perSecond", "Calls per second", "N0", IsCompared: true),
        new("bytesPerCall", "Bytes per call", "N0", IsCompared: true),
        new("cpuMicrosecondsPerCall", "CPU per call, µs", "N0", IsCompared: true),
        new("collectionsPerThousandCalls", "Collections per 1,000 calls", "0.0"),
    ];

    private static readonly ResultColumn[] Times =
    [
        new("p50", "p50, ms", "0.0", IsCompared: true),
        new("p99", "p99, ms", "0.0", IsCompared: true),
        new("max", "max, ms", "0"),
    ];

    private static readonly ResultColumn[] Overload =
    [
        new("goodputShare", "Answered in time, of what it can do", "P0"),
        new("executedPerSecond", "Executed per second", "0"),
        new("p99Answered", "p99 of the answered, ms", "0"),
        new("p99Refused", "p99 of the others, ms", "0"),
        new("recoverySeconds", "Recovered after, s", "0"),
    ];

    private static readonly ResultColumn[] Outage =
    [
        new("waitedSeconds", "Callers waited, s", "N0"),
        new("p50", "p50, ms", "0.0"),
        new("p99OnceOpen", "p99 from 10 s on, ms", "0.0"),
        new("threadsAdded", "Threads added", "0"),
        new("memoryAdded", "Memory added, bytes", "N0"),
        new("peakShareAfter", "Busiest second after, of the steady load", "P0"),
        new("goodShareAfter", "Answered in the 45 s after", "P0"),
    ];

    private static readonly ResultColumn[] Replay =
    [
        new("perSecond", "Messages per second", "N0", IsCompared: true),
        new("cpuSecondsPer100000", "CPU of this process per 100,000, s", "0.0"),
        new("heap", "Heap at most, bytes", "N0"),
    ];

    public static IReadOnlyList<ResultColumn> Of(string result, string scenario) => (result, scenario) switch
    {
        ("round-trip", "fixed rate") => Times,
        ("round-trip", _) => Cost,
        ("overload", _) => Overload,
        ("outage", _) => Outage,
        _ when result.StartsWith("replay", StringComparison.Ordinal) => Replay,
        _ => throw new ArgumentException($"No table shows the results '{result}'.", nameof(result)),
    };
}
