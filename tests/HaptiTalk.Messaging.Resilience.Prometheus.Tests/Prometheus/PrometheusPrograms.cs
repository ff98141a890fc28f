namespace HaptiTalk.Messaging.Resilience.Prometheus.Tests;

/// <summary>Where Prometheus and its tool are installed.</summary>
internal static class PrometheusPrograms
{
    private static readonly string[] MorePlaces = ["/opt/homebrew/bin", "/usr/local/bin"];

    public static string Server => Find("prometheus");

    public static string Tool => Find("promtool");

    private static string Find(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? string.Empty).Split(Path.PathSeparator).Concat(MorePlaces)
        .Select(place => Path.Combine(place, program))
        .FirstOrDefault(File.Exists)
        ?? throw new FileNotFoundException(
            $"These tests need a Prometheus: no program '{program}' in PATH or {string.Join(", ", MorePlaces)}. "
            + "Install it (Debian, Ubuntu: sudo apt-get install prometheus; macOS: brew install prometheus). ./eng/test does so by itself where it may.");
}
