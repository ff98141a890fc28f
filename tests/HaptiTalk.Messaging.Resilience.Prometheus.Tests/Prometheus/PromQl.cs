using System.Text.RegularExpressions;

namespace HaptiTalk.Messaging.Resilience.Prometheus.Tests;

/// <summary>What an expression asks for.</summary>
internal static partial class PromQl
{
    private static readonly HashSet<string> Words = new(StringComparer.Ordinal)
    {
        "and", "or", "unless", "by", "on", "without", "ignoring", "group_left", "group_right", "offset", "bool",
    };

    /// <summary>The names of the metrics in it.</summary>
    public static IReadOnlyList<string> MetricsOf(string expression)
    {
        string bare = Matchers().Replace(Text().Replace(expression, string.Empty), string.Empty);
        bare = Grouping().Replace(Duration().Replace(bare, string.Empty), string.Empty);
        return [.. Name().Matches(bare).Select(match => match.Value).Where(name => !Words.Contains(name)).Distinct(StringComparer.Ordinal)];
    }

    [GeneratedRegex("\"[^\"]*\"", RegexOptions.None, 1000)]
    private static partial Regex Text();

    [GeneratedRegex(@"\{[^}]*\}", RegexOptions.None, 1000)]
    private static partial Regex Matchers();

    [GeneratedRegex(@"\[[^\]]*\]|\b\d+[smhd]\b", RegexOptions.None, 1000)]
    private static partial Regex Duration();

    [GeneratedRegex(@"\b(by|without|on|ignoring|group_left|group_right)\s*\([^)]*\)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Grouping();

    // What is called is a function, not a metric.
    [GeneratedRegex(@"\b[a-zA-Z_:][a-zA-Z0-9_:]*\b(?!\s*\()", RegexOptions.None, 1000)]
    private static partial Regex Name();
}
