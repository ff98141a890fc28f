using System.Reflection;
using System.Runtime.InteropServices;
using Polly;

namespace HaptiTalk.Messaging.Resilience.Benchmarks;

/// <summary>What was measured, and on what.</summary>
internal sealed record Machine(string Processor, int Cores, string OperatingSystem, string Runtime, string Framework, string Polly, string Commit, DateTimeOffset MeasuredAt)
{
    public static Machine This()
    {
        string[] framework = VersionOf(typeof(IMessagingResilience)).Split('+');
        return new(
            ProcessorName(),
            Environment.ProcessorCount,
            RuntimeInformation.OSDescription,
            RuntimeInformation.FrameworkDescription,
            framework[0],
            VersionOf(typeof(ResiliencePipeline)).Split('+')[0],
            framework is [_, var commit, ..] ? commit : "unknown",
            TimeProvider.System.GetUtcNow());
    }

    private static string VersionOf(Type type) => type.Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;

    private static string ProcessorName()
    {
        const string File = "/proc/cpuinfo";
        string? line = System.IO.File.Exists(File)
            ? System.IO.File.ReadLines(File).FirstOrDefault(static line => line.StartsWith("model name", StringComparison.Ordinal))
            : null;
        return line?.Split(':')[1].Trim() ?? RuntimeInformation.ProcessArchitecture.ToString();
    }
}
