using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>Adds the framework to the host's health checks.</summary>
public static class MessagingResilienceHealthExtensions
{
    /// <summary>
    /// Adds the check <c>messaging-resilience</c>, tagged <c>ready</c> and <c>messaging-resilience</c>: degraded while a broker is
    /// lost, a circuit is not closed, an endpoint is paused or a changed configuration could not be applied, never unhealthy. It is not tagged
    /// <c>live</c>: no restart helps against any of it.
    /// </summary>
    /// <param name="builder">What <c>AddHealthChecks</c> returned.</param>
    public static IHealthChecksBuilder AddMessagingResilience(this IHealthChecksBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.AddCheck<MessagingResilienceHealthCheck>(
            "messaging-resilience", failureStatus: HealthStatus.Degraded, tags: ["ready", "messaging-resilience"]);
    }
}
