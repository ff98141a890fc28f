using System.Globalization;
using System.Text;

namespace HaptiTalk.Messaging.Resilience.BrokerBenchmarks.Results;

/// <summary>
/// A scenario's rounds as a table: the median of each value, and where that is asked for, in front of it the ratio to the first
/// variant, taken round by round: its median and its range. Where it is not asked for, the value's own range follows it.
/// </summary>
internal static class ResultTable
{
    /// <param name="measurements">Of one scenario, the variant that the others are compared with first.</param>
    /// <param name="columns">The values to show.</param>
    public static string Print(IReadOnlyList<Measurement> measurements, IReadOnlyList<ResultColumn> columns)
    {
        string[] variants = [.. measurements.Select(static measurement => measurement.Variant).Distinct(StringComparer.Ordinal)];
        var table = new StringBuilder("| |");
        foreach (ResultColumn column in columns)
            table.Append(CultureInfo.InvariantCulture, $" {column.Heading} |");
        table.AppendLine().Append("|---|").Insert(table.Length, "---:|", columns.Count).AppendLine();
        foreach (string variant in variants)
        {
            table.Append(CultureInfo.InvariantCulture, $"| {variant} |");
            foreach (ResultColumn column in columns)
                table.Append(CultureInfo.InvariantCulture, $" {Cell(measurements, variants[0], variant, column)} |");
            table.AppendLine();
        }

        return table.ToString();
    }

    private static string Cell(IReadOnlyList<Measurement> measurements, string baseline, string variant, ResultColumn column)
    {
        double[] values =
        [
            .. measurements.Where(measurement => measurement.Variant == variant)
                .Select(measurement => measurement.Values.GetValueOrDefault(column.Value, double.NaN)).Where(double.IsFinite).Order(),
        ];
        if (values.Length == 0)
            return "–";
        string median = Text(Median(values), column);
        if (!column.IsCompared)
            return Text(values[0], column) == Text(values[^1], column) ? median : $"{median} ({Text(values[0], column)}–{Text(values[^1], column)})";
        if (variant == baseline)
            return median;
        double[] ratios = Ratios(measurements, baseline, variant, column.Value);
        return string.Create(CultureInfo.InvariantCulture, $"**{Median(ratios):0.00}** ({ratios[0]:0.00}–{ratios[^1]:0.00}) {median}");
    }

    private static string Text(double value, ResultColumn column) => value.ToString(column.Format, CultureInfo.InvariantCulture);

    private static double[] Ratios(IEnumerable<Measurement> measurements, string baseline, string variant, string value) =>
    [
        .. measurements.GroupBy(static measurement => measurement.Round)
            .Select(round => Of(round, variant, value) / Of(round, baseline, value))
            .Order(),
    ];

    private static double Of(IEnumerable<Measurement> round, string variant, string value) =>
        round.Single(measurement => measurement.Variant == variant).Values[value];

    private static double Median(double[] sorted) => (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
}

/// <summary>A value of a measurement in a table.</summary>
/// <param name="Value">Its name.</param>
/// <param name="Heading">What stands above it.</param>
/// <param name="Format">How it is written.</param>
/// <param name="IsCompared">Whether its ratio to the first variant is shown.</param>
internal sealed record ResultColumn(string Value, string Heading, string Format, bool IsCompared = false);
