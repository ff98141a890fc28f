using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace HaptiTalk.Messaging.Resilience.BrokerBenchmarks.Load;

/// <summary>Collects MassTransit's, Wolverine's and the framework's metrics as a scrape every five seconds would, for all variants alike.</summary>
internal static class Watching
{
    private const int Interval = 5_000;

    public static MeterProvider Begin() => Sdk.CreateMeterProviderBuilder()
        .AddMeter("MassTransit", "Wolverine:*", "HaptiTalk.Messaging.Resilience")
        .AddReader(new PeriodicExportingMetricReader(new Nowhere(), Interval))
        .Build();

    private sealed class Nowhere : BaseExporter<Metric>
    {
        public override ExportResult Export(in Batch<Metric> batch)
        {
            foreach (Metric _ in batch)
            {
                // Read, as an exporter does.
            }

            return ExportResult.Success;
        }
    }
}
