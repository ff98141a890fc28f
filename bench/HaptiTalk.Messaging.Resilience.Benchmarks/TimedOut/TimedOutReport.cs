using System.Globalization;
using System.Text.Json.Serialization;

namespace HaptiTalk.Messaging.Resilience.Benchmarks.TimedOut;

/// <summary>All that <c>timed-out</c> has measured.</summary>
internal sealed record TimedOutReport(
    Machine Machine, int Calls, double TimeoutMilliseconds, TimedOutFigures MassTransitAlone, TimedOutFigures WithTheFramework)
{
    public const string Header =
        """
        | 1,000 requests at once, unanswered, timeout 1 s | Allocated per call | CPU per call | GC pause | Last one late by: median | max |
        |---|---:|---:|---:|---:|---:|
        """;
}

/// <summary>Medians of the rounds, and the worst of them.</summary>
internal sealed record TimedOutFigures(
    double BytesPerCall, double CpuMicrosecondsPerCall, double GcPauseMilliseconds, double LatestByMilliseconds, double LatestByMillisecondsAtMost)
{
    public static TimedOutFigures Of(List<TimedOutRound> rounds) => new(
        Median.Of(rounds.Select(static round => round.BytesPerCall)),
        Median.Of(rounds.Select(static round => round.CpuPerCall.TotalMicroseconds)),
        Median.Of(rounds.Select(static round => round.GcPause.TotalMilliseconds)),
        Median.Of(rounds.Select(static round => round.LatestBy.TotalMilliseconds)),
        rounds.Max(static round => round.LatestBy.TotalMilliseconds));

    public string RowOf(string name) => string.Create(
        CultureInfo.InvariantCulture,
        $"| {name} | {BytesPerCall / 1024:0.0} KiB | {CpuMicrosecondsPerCall:0} µs | {GcPauseMilliseconds:0} ms | {LatestByMilliseconds:0} ms "
        + $"| {LatestByMillisecondsAtMost:0} ms |");
}

[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(TimedOutReport))]
internal sealed partial class TimedOutJson : JsonSerializerContext;
