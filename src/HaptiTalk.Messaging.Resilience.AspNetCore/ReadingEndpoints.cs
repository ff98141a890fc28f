using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>What can be looked at.</summary>
internal static class ReadingEndpoints
{
    public static void MapReading(this IEndpointRouteBuilder group, SteeringAuthorization steering, EventStream stream)
    {
        group.MapGet("/metrics", static (IMessagingResilience resilience) => Answer(ServiceMetrics.From(resilience.GetSnapshot())))
            .WithName("GetResilienceMetrics");

        group.MapGet("/overview", async (HttpContext context, ServiceStates states, ProfileCatalog catalog, PausedEndpoints endpoints, TimeProvider clock) =>
            {
                SteeringPermission permission = await steering.JudgeAsync(context).ConfigureAwait(false);
                return Answer(new Overview(
                    clock.GetUtcNow(),
                    catalog.Environment,
                    catalog.Current.Revision,
                    permission.IsGranted,
                    catalog.Pending.Problems,
                    ServiceRow.From(states.Services),
                    [.. endpoints.All.Select(EndpointRow.From)])
                {
                    SteeringProblem = permission.IsGranted ? null : steering.Explain(permission.Verdict),
                });
            })
            .WithName("GetResilienceOverview");

        group.MapGet("/profiles", static (ProfileCatalog catalog) => Answer(ProfileView.All(catalog.Current)))
            .WithName("GetResilienceProfiles");

        group.MapGet("/profiles/{service}", static (string service, string? operation, ProfileCatalog catalog, ServiceStates states) =>
            {
                var known = new KnownNames(catalog, states);
                return known.TryFindProfile(service, out string? profile, out IResult? problem)
                    && known.TryFindOperation(profile, operation, out string? own, out problem)
                        ? Answer(ProfileView.From(catalog.Current, profile, own))
                        : problem;
            })
            .WithName("GetResilienceProfile");

        group.MapGet("/audit", static (IResilienceControl control) => Answer(AuditEntry.NewestFirst(control.History)))
            .WithName("GetResilienceAudit");

        group.MapGet("/events", (HttpContext context, string? all) => QueryFlag.TryRead(all, out bool isAll)
                ? stream.ServeAsync(context, isAll)
                : Task.FromResult(Problems.Invalid("all", QueryFlag.Rule)))
            .WithName("GetResilienceEvents");
    }

    private static IResult Answer<T>(T value) => TypedResults.Json(value, DocumentedJson.Options);
}
