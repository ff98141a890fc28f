using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry.Metrics;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>Exports the framework's metrics.</summary>
public static class MessagingResiliencePrometheusExtensions
{
    /// <summary>
    /// Collects the meter <c>HaptiTalk.Messaging.Resilience</c> and MassTransit's own for Prometheus.
    /// <c>app.MapPrometheusScrapingEndpoint()</c> then serves them at <c>/metrics</c>.
    /// </summary>
    /// <param name="builder">The builder.</param>
    public static IMessagingResilienceBuilder AddPrometheus(this IMessagingResilienceBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddOpenTelemetry().WithMetrics(static metrics => metrics
            .AddMeter(ResilienceTelemetry.MeterName, "MassTransit")
            .AddPrometheusExporter(static options => options.ScopeInfoEnabled = false));
        return builder;
    }
}
