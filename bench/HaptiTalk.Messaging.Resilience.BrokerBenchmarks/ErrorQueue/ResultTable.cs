using System.Globalization;
using System.Text;

namespace HaptiTalk.Messaging.Resilience.BrokerBenchmarks.ErrorQueue;

/// <summary>Results as Markdown.</summary>
internal static class ResultTable
{
    private const string Header =
        """
        | Protection | In `_error` | Consumed after healing | Lost | Consumed twice | Drained after healing | Runs of the failing consumer |
        |---|---:|---:|---:|---:|---:|---:|
        """;

    public static string Print(IEnumerable<VariantResult> results)
    {
        var table = new StringBuilder(Header);
        foreach (VariantResult result in results)
            table.AppendLine().Append(RowOf(result));
        return table.ToString();
    }

    public static string RowOf(VariantResult result) => string.Create(
        CultureInfo.InvariantCulture,
        $"| {result.Variant} | {result.InErrorQueue} | {result.Consumed} | {LostOf(result)} | {result.ConsumedTwice} "
        + $"| {DrainedOf(result)} | {result.FailedRuns} |");

    private static string LostOf(VariantResult result) => result.Waiting == 0
        ? result.Lost.ToString(CultureInfo.InvariantCulture)
        : string.Create(CultureInfo.InvariantCulture, $"{result.Lost - result.Waiting}, {result.Waiting} still waiting");

    private static string DrainedOf(VariantResult result) =>
        result.Drained is { } time ? string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.0} s") : "–";
}
