namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>The Chromium of this machine.</summary>
internal static class InstalledChromium
{
    private const string Variable = "HAPTITALK_TEST_CHROMIUM";

    private static readonly string[] Places =
    [
        "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome", "/usr/bin/google-chrome-stable",
        "/Applications/Chromium.app/Contents/MacOS/Chromium", "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    ];

    public static string Path { get; } = Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } given
        ? given
        : Array.Find(Places, File.Exists) ?? throw new FileNotFoundException(
            $"The page's tests need Chromium or Chrome, and there is none. Debian: sudo apt-get install chromium. Elsewhere set {Variable} to the path of its program.");
}
