using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry.Metrics;

namespace HaptiTalk.Messaging.Resilience.Benchmarks.Scale;

/// <summary>Whether anything stays behind of what has ended.</summary>
internal static class Growth
{
    public static async Task<GrowthFigures> MeasureAsync(ScaleSize size, int executions)
    {
        await using ServiceProvider provider = new ServiceCollection()
            .AddMessagingResilience(ScaleHost.Configuration(size))
            .AddPrometheus()
            .Services.BuildServiceProvider();
        _ = provider.GetRequiredService<MeterProvider>();
        var host = new ScaleHost(provider, size);
        host.CallAll();
        host.CallAll();
        long before = GC.GetTotalMemory(forceFullCollection: true);
        long allocated = GC.GetTotalAllocatedBytes(precise: true);
        for (int execution = 0; execution < executions; execution++)
            host.CallNext();
        double perExecution = (double)(GC.GetTotalAllocatedBytes(precise: true) - allocated) / executions;
        return new(executions, before, GC.GetTotalMemory(forceFullCollection: true), perExecution);
    }
}
