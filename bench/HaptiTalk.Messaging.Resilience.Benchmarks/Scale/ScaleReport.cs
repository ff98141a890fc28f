using System.Text.Json.Serialization;

namespace HaptiTalk.Messaging.Resilience.Benchmarks.Scale;

/// <summary>All that <c>scale</c> has measured.</summary>
internal sealed record ScaleReport(
    Machine Machine, ScaleSize Size, StartUpFigures StartUp, RegistryFigures Registry, ScrapeFigures Scrape, GrowthFigures Growth);

/// <summary>How many services, and how many operations each.</summary>
internal sealed record ScaleSize(int Services, int OperationsPerService)
{
    public static ScaleSize One { get; } = new(1, 1);

    public int Operations => Services * OperationsPerService;

    public override string ToString() => $"{Services} × {OperationsPerService}";
}

/// <summary>From <c>AddMessagingResilience</c> to the end of the first execution.</summary>
/// <param name="FirstMilliseconds">The first time in the process, code that is compiled meanwhile included.</param>
/// <param name="OneMilliseconds">One service, when all code is compiled; median.</param>
/// <param name="AllMilliseconds">All services, when all code is compiled; median.</param>
internal sealed record StartUpFigures(double FirstMilliseconds, double OneMilliseconds, double AllMilliseconds);

/// <summary>What the operations are and cost.</summary>
/// <param name="OperationsKept">Operations that have state and labels of their own.</param>
/// <param name="BytesPerOperation">Live memory, the services' share included.</param>
/// <param name="OneNanoseconds">A call where there is one operation; median.</param>
/// <param name="SameNanoseconds">A call of the same operation again and again where there are all of them; median.</param>
/// <param name="EachNanoseconds">A call of each operation in turn; median.</param>
/// <param name="SameRatio">Same to one, of rounds that alternate; median.</param>
/// <param name="EachRatio">Each to one, of rounds that alternate; median.</param>
internal sealed record RegistryFigures(
    int OperationsKept,
    double BytesPerOperation,
    double OneNanoseconds,
    double SameNanoseconds,
    double EachNanoseconds,
    double SameRatio,
    double EachRatio);

/// <summary>A scrape by Prometheus after every operation has been called.</summary>
/// <param name="Bytes">Its size.</param>
/// <param name="Series">Lines with a value.</param>
/// <param name="Milliseconds">From the request to the last byte; median.</param>
/// <param name="OverflowingMetrics">Metrics that have more label sets than are kept, and say the rest as one.</param>
internal sealed record ScrapeFigures(long Bytes, int Series, double Milliseconds, IReadOnlyList<string> OverflowingMetrics);

/// <summary>The heap before and after many executions that Prometheus counts.</summary>
/// <param name="Executions">How many.</param>
/// <param name="HeapBefore">Live bytes before them.</param>
/// <param name="HeapAfter">Live bytes after them.</param>
/// <param name="AllocatedPerExecution">Bytes.</param>
internal sealed record GrowthFigures(int Executions, long HeapBefore, long HeapAfter, double AllocatedPerExecution)
{
    public long Growth => HeapAfter - HeapBefore;
}

[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ScaleReport))]
internal sealed partial class ScaleJson : JsonSerializerContext;
