using System.ComponentModel;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>Breakers by hand.</summary>
internal static class BreakerEndpoints
{
    private static readonly ResilienceSide[] Sides = Enum.GetValues<ResilienceSide>();

    /// <returns>What is wrong with the body; null when it is done.</returns>
    private delegate IResult? Act(IResilienceControl control, ControlTarget target, string by, RequestBody body);

    public static void MapBreakers(this IEndpointRouteBuilder group)
    {
        group.MapAct<BreakerChange>("isolate", WithReason(static (control, target, by, reason) => control.Isolate(target, by, reason)))
            .WithName("IsolateResilienceBreaker")
            .WithSummary("Opens breakers and keeps them open until they are closed or reset by hand.");
        group.MapAct<BreakerDisabling>("disable", Disable, isBodyOptional: false)
            .WithName("DisableResilienceBreaker")
            .WithSummary("Has breakers let everything through for a time, whatever comes of it; then they close.");
        group.MapAct<BreakerChange>("close", WithReason(static (control, target, by, reason) => control.Close(target, by, reason)))
            .WithName("CloseResilienceBreaker")
            .WithSummary("Closes breakers at once, isolated, disabled or open.");
        group.MapAct<BreakerChange>("reset", WithReason(static (control, target, by, reason) => control.Reset(target, by, reason)))
            .WithName("ResetResilienceBreaker")
            .WithSummary("Closes breakers at once, and forgets the failures that fallbacks count.");
    }

    private static Act WithReason(Func<IResilienceControl, ControlTarget, string, string?, ControlChange> act) => (control, target, by, body) =>
    {
        if (Reason.ReadFrom(body, out string? reason) is { } wrong)
            return wrong;
        act(control, target, by, reason);
        return null;
    };

    private static IResult? Disable(IResilienceControl control, ControlTarget target, string by, RequestBody body)
    {
        if (DisabledFor.ReadFrom(body, out TimeSpan duration, out string? reason) is { } wrong)
            return wrong;
        control.Disable(target, duration, by, reason);
        return null;
    }

    private static RouteHandlerBuilder MapAct<TBody>(this IEndpointRouteBuilder group, string verb, Act act, bool isBodyOptional = true)
        where TBody : notnull => group
        .MapPost($"/breakers/{{service}}/{verb}", async (
            HttpContext context,
            [Description("The service's name.")] string service,
            [Description("client, consumer, publisher or local; without it all of them.")] string? side,
            [Description("An operation with a breaker of its own; without it all of them.")] string? operation,
            ProfileCatalog catalog,
            ServiceStates states,
            IResilienceControl control) =>
        {
            var known = new KnownNames(catalog, states);
            if (!known.TryFindService(service, out string? found, out IResult? problem) || !known.TryFindOperation(found, operation, out string? own, out problem))
                return problem;
            if (!TryReadSide(side, out ResilienceSide? one))
                return Problems.Invalid("side", $"'{side}' is no side. Allowed: {string.Join(", ", Sides.Select(SideName.Of))}.");

            var target = new ControlTarget(found, one, own);
            if (states.IsShared(target))
                return Problems.Invalid("operation", $"'{own}' has no breaker of its own: it shares the one of '{found}'. Leave it out, or set its Scope to Operation.");

            RequestBody body = await RequestBody.ReadAsync(context.Request).ConfigureAwait(false);
            if (act(control, target, Caller.NameOf(context), body) is { } wrong)
                return wrong;
            return TypedResults.Json(ServiceRow.Of(states, found), DocumentedJson.Options);
        })
        .Accepts<TBody>(isBodyOptional, "application/json", RequestBody.AnyType)
        .Produces<IReadOnlyList<ServiceRow>>()
        .ProducesValidationProblem()
        .ProducesProblem(StatusCodes.Status404NotFound)
        .ProducesProblem(StatusCodes.Status413PayloadTooLarge);

    private static bool TryReadSide(string? written, out ResilienceSide? side)
    {
        side = null;
        if (written is null)
            return true;

        int index = Array.FindIndex(Sides, candidate => string.Equals(SideName.Of(candidate), written, StringComparison.OrdinalIgnoreCase));
        side = index < 0 ? null : Sides[index];
        return side is not null;
    }
}

/// <summary>What may be said beside it.</summary>
internal sealed record BreakerChange([property: Description(Resilience.Reason.Description)] string? Reason = null);

/// <summary>What is to be said to disable one.</summary>
internal sealed record BreakerDisabling(
    [property: Description(DisabledFor.Description)] string Duration,
    [property: Description(Resilience.Reason.Description)] string? Reason = null);
