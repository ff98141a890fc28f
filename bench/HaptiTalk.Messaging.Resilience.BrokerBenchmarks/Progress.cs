using System.Globalization;

namespace HaptiTalk.Messaging.Resilience.BrokerBenchmarks;

/// <summary>What a program is at, on the error output.</summary>
internal static class Progress
{
    public static Task WriteAsync(string line) =>
        Console.Error.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{TimeProvider.System.GetLocalNow():HH:mm:ss} {line}"));
}
