using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry.Metrics;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>Exports the framework's metrics.</summary>
public static class MessagingResiliencePrometheusExtensions
{
    private const string MeterName = "HaptiTalk.Messaging.Resilience";

    // OpenTelemetry keeps 2000 label sets a metric and sums up the rest without any labels. A process that calls fifty services
    // of twenty operations has more as soon as calls end in three ways, which is in an outage; they can end in five.
    private const int SeriesPerMetric = 5_000;

    /// <summary>
    /// Collects the meter <c>HaptiTalk.Messaging.Resilience</c> and MassTransit's own for Prometheus.
    /// <c>app.MapPrometheusScrapingEndpoint()</c> then serves them at <c>/metrics</c>. With several hosts in one process, each
    /// shows its own values. MassTransit has one meter for all of them.
    /// </summary>
    /// <param name="builder">The builder.</param>
    public static IMessagingResilienceBuilder AddPrometheus(this IMessagingResilienceBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services
            .AddOpenTelemetry().WithMetrics(static metrics => metrics
                .AddMeter(MeterName, "MassTransit")
                .AddPrometheusExporter(static options => options.ScopeInfoEnabled = false)).Services
            .ConfigureOpenTelemetryMeterProvider(static (services, metrics) =>
            {
                IMeterFactory own = services.GetRequiredService<IMeterFactory>();
                metrics.AddView(instrument => ViewOf(instrument, own));
            });
        return builder;
    }

    private static MetricStreamConfiguration? ViewOf(Instrument instrument, IMeterFactory own)
    {
        if (instrument.Meter.Name != MeterName)
            return null;

        // OpenTelemetry finds meters by name, also those of other hosts in this process. The scope of a meter names its host.
        if (instrument.Meter.Scope is IMeterFactory factory && !ReferenceEquals(factory, own))
            return MetricStreamConfiguration.Drop;

        // The host configures the histogram: a second view of its buckets would double its series.
        return instrument is Histogram<double> ? null : new MetricStreamConfiguration { CardinalityLimit = SeriesPerMetric };
    }
}
