using System.Globalization;
using System.Text;

namespace HaptiTalk.Messaging.Resilience.BrokerBenchmarks.FaultMatrix;

/// <summary>Results as Markdown.</summary>
internal static class MatrixTable
{
    private const string Header =
        """
        | Broker | | GetResponse p50 / max | Publish p50 / max | Send p50 / max | 1,000 at once max | First good call | Confirmed | Lost | Twice | Arrived unconfirmed |
        |---|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|
        """;

    public static string Print(IEnumerable<MatrixRow> rows)
    {
        var table = new StringBuilder(Header);
        foreach (MatrixRow row in rows)
            table.AppendLine().Append(RowOf(row));
        return table.ToString();
    }

    public static string RowOf(MatrixRow row) => string.Create(
        CultureInfo.InvariantCulture,
        $"| {row.Fault} | {row.Subject.Name} | {TimesOf(row.Requests)} | {TimesOf(row.Publishes)} | {TimesOf(row.Sends)} "
        + $"| {Print(row.Burst.Max(static call => call.Took))} | {(row.FirstGoodCall is { } time ? Print(time) : $"> {MatrixRun.RecoveryPatience.TotalSeconds:0} s")} "
        + $"| {row.Confirmed} | {row.Lost} | {row.Duplicated} | {row.ArrivedUnconfirmed} |{(row.IsInTime is false ? " **too late**" : "")}");

    private static string TimesOf(EndedCall[] calls)
    {
        TimeSpan[] times = [.. calls.Select(static call => call.Took).Order()];
        return times.Length == 0 ? "–" : $"{Print(times[times.Length / 2])} / {Print(times[^1])}";
    }

    private static string Print(TimeSpan time) => time >= EndedCall.Patience
        ? $"> {EndedCall.Patience.TotalSeconds:0} s"
        : time.TotalMilliseconds < 10
            ? string.Create(CultureInfo.InvariantCulture, $"{time.TotalMilliseconds:0.0} ms")
            : string.Create(CultureInfo.InvariantCulture, $"{time.TotalMilliseconds:#,0} ms");
}
