using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>Shows the live state over HTTP.</summary>
public static class MessagingResilienceEndpointExtensions
{
    // The names are documented: they do not follow the style that a host has chosen for its own answers.
    private static readonly JsonSerializerOptions DocumentedJson = new(JsonSerializerDefaults.Web);

    /// <summary>
    /// Maps <c>GET /resilience/metrics</c>: executions, breaker and bulkhead of every service as JSON. Reading needs no
    /// authorization of its own; add <c>RequireAuthorization()</c> to the returned group where the host wants it.
    /// </summary>
    /// <param name="endpoints">The application.</param>
    /// <returns>The group at <c>/resilience</c>.</returns>
    public static RouteGroupBuilder MapMessagingResilience(this IEndpointRouteBuilder endpoints)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        RouteGroupBuilder group = endpoints.MapGroup("/resilience");
        group.MapGet("/metrics", static (IMessagingResilience resilience) => TypedResults.Json(ServiceMetrics.From(resilience.GetSnapshot()), DocumentedJson))
            .WithName("GetResilienceMetrics");
        group.MapPage();
        return group;
    }
}
