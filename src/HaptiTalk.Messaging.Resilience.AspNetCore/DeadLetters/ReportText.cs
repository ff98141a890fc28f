using System.Globalization;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>What became of a replay in one line, for the log and the audit.</summary>
internal static class ReportText
{
    public const int Longest = 500;

    public static string Of(ReplayReport report)
    {
        string outcomes = report.Outcomes.Count == 0
            ? "no message"
            : string.Join(", ", report.Outcomes.OrderByDescending(static pair => pair.Value).Select(static pair => string.Create(
                CultureInfo.InvariantCulture, $"{pair.Value} {EnumText.NameOf(pair.Key)}")));
        return OneLine.Of($"{outcomes}; {EnumText.NameOf(report.Stop)}{(report.Problem is { } problem ? $": {problem}" : "")}", Longest);
    }
}
