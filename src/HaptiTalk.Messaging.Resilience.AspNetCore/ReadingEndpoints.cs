using System.ComponentModel;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Hosting;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>What can be looked at.</summary>
internal static class ReadingEndpoints
{
    /// <param name="group">The group.</param>
    /// <param name="authorization">Who may make changes.</param>
    /// <param name="operators">The events for those, whom others do not keep out.</param>
    /// <param name="readers">The events for others.</param>
    public static void MapReading(this IEndpointRouteBuilder group, ControlAuthorization authorization, EventStream operators, EventStream readers)
    {
        group.MapGet("/metrics", static (IMessagingResilience resilience) => Answer(ServiceMetrics.From(resilience.GetSnapshot())))
            .WithName("GetResilienceMetrics")
            .WithSummary("Executions, circuit and bulkhead of every service that has run something or is isolated, by its name.")
            .Produces<IReadOnlyDictionary<string, ServiceMetrics>>();

        group.MapGet("/overview", async (
                HttpContext context, IMessagingResilience resilience, IHostEnvironment environment, TimeProvider clock) =>
            {
                ControlPermission permission = await authorization.JudgeAsync(context).ConfigureAwait(false);
                HostSnapshot host = resilience.GetHostSnapshot();
                return Answer(new Overview(
                    clock.GetUtcNow(),
                    environment.EnvironmentName,
                    host.Revision,
                    permission.IsGranted,
                    host.PendingProblems,
                    ServiceRow.All(resilience),
                    [.. host.PausedEndpoints.Select(EndpointRow.From)],
                    host.LostBrokers,
                    permission.IsGranted ? null : authorization.Explain(permission.Verdict)));
            })
            .WithName("GetResilienceOverview")
            .WithSummary("Every service on every side at one moment, and whether the caller may make changes.")
            .Produces<Overview>();

        group.MapGet("/profiles", static (IMessagingResilience resilience) => Answer(ProfileView.All(resilience)))
            .WithName("GetResilienceProfiles")
            .WithSummary("The settings in force of every service, and where each comes from.")
            .Produces<IReadOnlyList<ProfileView>>();

        group.MapGet("/profiles/{service}", static (
                [Description("The profile's name.")] string service,
                [Description("An operation; without it the service as a whole.")] string? operation,
                IMessagingResilience resilience) =>
            {
                var known = new KnownNames(resilience);
                return known.TryFindProfile(service, out string? profile, out IResult? problem)
                    && known.TryFindOperation(profile, operation, out string? own, out problem)
                        ? Answer(ProfileView.From(resilience.Describe(profile, own)))
                        : problem;
            })
            .WithName("GetResilienceProfile")
            .WithSummary("The settings in force of one service, or of one of its operations.")
            .Produces<ProfileView>()
            .ProducesProblem(StatusCodes.Status404NotFound);

        group.MapGet("/audit", async (HttpContext context, IResilienceControl control) =>
                Answer((await authorization.JudgeAsync(context).ConfigureAwait(false)).IsGranted
                    ? AuditEntry.NewestFirst(control.History)
                    : AuditEntry.WithoutContents(control.History)))
            .WithName("GetResilienceAudit")
            .WithSummary("The last 1,000 changes by hand, newest first.")
            .Produces<IReadOnlyList<AuditEntry>>();

        group.MapGet("/events", async (HttpContext context, [Description("true adds the events of single calls; false by default.")] string? all) =>
            {
                if (!QueryFlag.TryRead(all, out bool isAll))
                    return Problems.Invalid("all", QueryFlag.Rule);
                EventStream stream = (await authorization.JudgeAsync(context).ConfigureAwait(false)).IsGranted ? operators : readers;
                return await stream.ServeAsync(context, isAll).ConfigureAwait(false);
            })
            .WithName("GetResilienceEvents")
            .WithSummary("Events as they happen, as server-sent events. A client continues with Last-Event-ID.")
            .Produces<string>(StatusCodes.Status200OK, "text/event-stream")
            .ProducesValidationProblem()
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);
    }

    private static IResult Answer<T>(T value) => TypedResults.Json(value, DocumentedJson.Options);
}
