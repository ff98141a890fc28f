using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Exporters.Json;
using BenchmarkDotNet.Jobs;
using Perfolizer.Horology;
using BenchmarkDotNet.Toolchains.InProcess.Emit;

namespace HaptiTalk.Messaging.Resilience.Benchmarks;

/// <summary>Both sides of a comparison in one process, each with its median, its bytes and its ratio to the baseline.</summary>
internal sealed class PairedConfig : ManualConfig
{
    public PairedConfig()
    {
        // A generated project would fall under this repository's analyzers and lock files.
        Add(DefaultConfig.Instance);
        AddJob(Job.Default.WithIterationCount(15).WithIterationTime(TimeInterval.FromMilliseconds(200)).WithToolchain(new InProcessEmitToolchain(logOutput: true)));
        AddDiagnoser(MemoryDiagnoser.Default);
        AddColumn(StatisticColumn.Median);
        AddExporter(JsonExporter.Brief);
    }
}
