using Microsoft.Extensions.DependencyInjection;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>Adds the framework to the host's health checks.</summary>
public static class MessagingResilienceHealthExtensions
{
    /// <summary>
    /// Adds the check <c>messaging-resilience</c>, tagged <c>ready</c>: degraded while a circuit is not closed or a changed
    /// configuration could not be applied, never unhealthy.
    /// </summary>
    /// <param name="builder">What <c>AddHealthChecks</c> returned.</param>
    public static IHealthChecksBuilder AddMessagingResilience(this IHealthChecksBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.AddCheck<MessagingResilienceHealthCheck>("messaging-resilience", tags: ["ready"]);
    }
}
