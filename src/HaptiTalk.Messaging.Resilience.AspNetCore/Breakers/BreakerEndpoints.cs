using System.ComponentModel;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>Circuits changed by hand.</summary>
internal static class BreakerEndpoints
{
    private static readonly ResilienceSide[] Sides = Enum.GetValues<ResilienceSide>();

    public static void MapBreakers(this IEndpointRouteBuilder group)
    {
        group.MapAct<BreakerChange>("isolate", static (control, target, by, body) => control.Isolate(target, by, body.Reason))
            .WithName("IsolateResilienceBreaker")
            .WithSummary("Opens circuits and keeps them open until somebody closes or resets them.");
        group.MapAct<BreakerDisabling>("disable", static (control, target, by, body) => control.Disable(target, body.Time, by, body.Reason), isBodyOptional: false)
            .WithName("DisableResilienceBreaker")
            .WithSummary("Lets every call through for a time, whatever fails. Then the circuits close.");
        group.MapAct<BreakerChange>("close", static (control, target, by, body) => control.Close(target, by, body.Reason))
            .WithName("CloseResilienceBreaker")
            .WithSummary("Closes circuits at once, whether they are isolated, disabled or open.");
        group.MapAct<BreakerChange>("reset", static (control, target, by, body) => control.Reset(target, by, body.Reason))
            .WithName("ResetResilienceBreaker")
            .WithSummary("Closes circuits at once, and forgets the failures that fallbacks count.");
    }

    private static RouteHandlerBuilder MapAct<TBody>(this IEndpointRouteBuilder group, string verb, Func<IResilienceControl, ControlTarget, string, TBody, ControlChange> act, bool isBodyOptional = true)
        where TBody : BreakerChange => group
        .MapPost($"/breakers/{{service}}/{verb}", async (
            HttpContext context,
            [Description("The service's name.")] string service,
            [Description("client, consumer, publisher or local; without it all of them.")] string? side,
            [Description("An operation with a circuit of its own; without it all of them.")] string? operation,
            IMessagingResilience resilience,
            IResilienceControl control) =>
        {
            var known = new KnownNames(resilience);
            if (!known.TryFindService(service, out string? found, out IResult? problem) || !known.TryFindOperation(found, operation, out string? own, out problem))
                return problem;
            if (!TryReadSide(side, out ResilienceSide? one))
                return Problems.Invalid("side", $"'{side}' is no side. Allowed: {string.Join(", ", Sides.Select(EnumText.NameOf))}.");

            var target = new ControlTarget(found, one, own);
            if (control.SharesCircuit(target))
                return Problems.Invalid("operation", $"'{own}' has no circuit of its own: it shares the one of '{found}'. Leave it out, or set its Scope to Operation.");

            (TBody? body, problem) = await RequestBody.ReadAsync<TBody, TBody>(context.Request, RequestBody.Small, static (body, errors) =>
            {
                body.Check(errors);
                return body;
            }).ConfigureAwait(false);
            if (body is null)
                return problem!;
            act(control, target, Caller.NameOf(context), body);
            return TypedResults.Json(ServiceRow.Of(resilience, found), DocumentedJson.Options);
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

        int index = Array.FindIndex(Sides, candidate => string.Equals(EnumText.NameOf(candidate), written, StringComparison.OrdinalIgnoreCase));
        side = index < 0 ? null : Sides[index];
        return side is not null;
    }
}
