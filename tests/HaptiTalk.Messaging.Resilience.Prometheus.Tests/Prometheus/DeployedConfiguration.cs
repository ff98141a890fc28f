using System.Text.RegularExpressions;

namespace HaptiTalk.Messaging.Resilience.Prometheus.Tests;

/// <summary>The configuration as it is deployed, with the addresses of a test in place of those of the containers.</summary>
internal static partial class DeployedConfiguration
{
    public static string Folder { get; } = Path.Combine(AppContext.BaseDirectory, "deployed", "prometheus");

    public static string For(Uri host, Uri broker) => Interval().Replace(File.ReadAllText(Path.Combine(Folder, "prometheus.yml")), "${setting}: 500ms")
        .Replace("user:8080", host.Authority, StringComparison.Ordinal)
        .Replace("rabbitmq:15692", broker.Authority, StringComparison.Ordinal)
        .Replace("[alerts.yml]", $"['{Path.Combine(Folder, "alerts.yml")}']", StringComparison.Ordinal);

    [GeneratedRegex("(?<setting>(scrape|evaluation)_interval): 5s", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Interval();
}
