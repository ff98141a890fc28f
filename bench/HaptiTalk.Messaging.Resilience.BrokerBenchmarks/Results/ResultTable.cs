using System.Globalization;
using System.Text;

namespace HaptiTalk.Messaging.Resilience.BrokerBenchmarks.Results;

/// <summary>
/// A scenario's rounds as a table: for each variant and value the ratio to the first variant, round by round, its median and its
/// range, and the median itself behind it.
/// </summary>
internal static class ResultTable
{
    /// <param name="measurements">Of one scenario, the variant that the others are compared with first.</param>
    /// <param name="columns">The values to show, and how each is headed.</param>
    public static string Print(IReadOnlyList<Measurement> measurements, IReadOnlyList<(string Value, string Heading, string Format)> columns)
    {
        string[] variants = [.. measurements.Select(static measurement => measurement.Variant).Distinct(StringComparer.Ordinal)];
        var table = new StringBuilder("| |");
        foreach ((_, string heading, _) in columns)
            table.Append(CultureInfo.InvariantCulture, $" {heading} |");
        table.AppendLine().Append("|---|").Insert(table.Length, "---:|", columns.Count).AppendLine();
        foreach (string variant in variants)
        {
            table.Append(CultureInfo.InvariantCulture, $"| {variant} |");
            foreach ((string value, _, string format) in columns)
                table.Append(CultureInfo.InvariantCulture, $" {Cell(measurements, variants[0], variant, value, format)} |");
            table.AppendLine();
        }

        return table.ToString();
    }

    /// <summary>The ratios of a value, round by round, in order of size.</summary>
    public static double[] Ratios(IEnumerable<Measurement> measurements, string baseline, string variant, string value) =>
    [
        .. measurements.GroupBy(static measurement => measurement.Round)
            .Select(round => Of(round, variant, value) / Of(round, baseline, value))
            .Where(double.IsFinite)
            .Order(),
    ];

    public static double Median(double[] sorted) => sorted.Length == 0
        ? double.NaN
        : (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;

    private static string Cell(IReadOnlyList<Measurement> measurements, string baseline, string variant, string value, string format)
    {
        double[] values = [.. measurements.Where(measurement => measurement.Variant == variant).Select(measurement => measurement.Values.GetValueOrDefault(value, double.NaN)).Where(double.IsFinite).Order()];
        if (values.Length == 0)
            return "–";
        string median = Median(values).ToString(format, CultureInfo.InvariantCulture);
        if (variant == baseline)
            return median;
        double[] ratios = Ratios(measurements, baseline, variant, value);
        return ratios.Length == 0
            ? median
            : string.Create(CultureInfo.InvariantCulture, $"**{Median(ratios):0.00}** ({ratios[0]:0.00}–{ratios[^1]:0.00}), {median}");
    }

    private static double Of(IEnumerable<Measurement> round, string variant, string value) =>
        round.FirstOrDefault(measurement => measurement.Variant == variant)?.Values.GetValueOrDefault(value, double.NaN) ?? double.NaN;
}
