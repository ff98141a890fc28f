using HaptiTalk.Messaging.Resilience;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;

namespace HaptiTalk.Hosting;

internal static class ServiceEndpoints
{
    // The tag MassTransit puts on the health of its bus.
    private const string ReadyTag = "ready";

    public static void MapServiceEndpoints(this WebApplication app)
    {
        app.MapMessagingResilience();
        app.MapPrometheusScrapingEndpoint("/metrics");

        // Alive is who answers at all: a process must not be restarted because the broker is away.
        app.MapHealthChecks("/health/live", new HealthCheckOptions { Predicate = _ => false });
        app.MapHealthChecks("/health/ready", new HealthCheckOptions { Predicate = check => check.Tags.Contains(ReadyTag) });
    }
}
