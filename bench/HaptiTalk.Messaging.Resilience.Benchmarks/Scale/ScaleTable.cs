using System.Globalization;

namespace HaptiTalk.Messaging.Resilience.Benchmarks.Scale;

/// <summary>Results as Markdown.</summary>
internal static class ScaleTable
{
    public static string Print(ScaleReport report) => string.Create(
        CultureInfo.InvariantCulture,
        $"""
        {report.Machine.Processor}, {report.Machine.Cores} cores, {report.Machine.Runtime}, framework {report.Machine.Framework}, Polly {report.Machine.Polly}, commit {report.Machine.Commit}

        | Services × operations | 1 × 1 | {report.Size} |
        |---|---:|---:|
        | Start-up, first in the process | – | {report.StartUp.FirstMilliseconds:0.0} ms |
        | Start-up, code compiled | {report.StartUp.OneMilliseconds:0.0} ms | {report.StartUp.AllMilliseconds:0.0} ms |
        | Operations with state of their own | 1 | {report.Registry.OperationsKept:#,0} of {report.Size.Operations:#,0} |
        | Memory per operation | – | {report.Registry.BytesPerOperation:#,0} B |
        | A call, the same operation again | {report.Registry.OneNanoseconds:0} ns | {report.Registry.SameNanoseconds:0} ns ({report.Registry.SameRatio:0.00} ×) |
        | A call, each operation in turn | – | {report.Registry.EachNanoseconds:0} ns ({report.Registry.EachRatio:0.00} ×) |
        | Scrape, size | – | {report.Scrape.Bytes / 1024.0:#,0} KiB, {report.Scrape.Series:#,0} series |
        | Scrape, time | – | {report.Scrape.Milliseconds:#,0} ms |
        | Metrics with too many label sets | – | {(report.Scrape.OverflowingMetrics.Count == 0 ? "none" : string.Join(", ", report.Scrape.OverflowingMetrics))} |
        | Heap before and after {report.Growth.Executions:#,0} executions | – | {report.Growth.HeapBefore / 1024.0:#,0} KiB, {report.Growth.HeapAfter / 1024.0:#,0} KiB ({report.Growth.Growth / 1024.0:+#,0;-#,0;0} KiB) |
        | Allocated per execution | – | {report.Growth.AllocatedPerExecution:0.##} B |
        """);
}
