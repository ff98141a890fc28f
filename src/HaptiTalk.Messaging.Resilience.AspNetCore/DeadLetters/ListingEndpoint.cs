using System.ComponentModel;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>
/// The queues of dead letters. Every reader gets their counts. The age of the first message needs more rights, because that message is
/// read.
/// </summary>
internal static class ListingEndpoint
{
    public static void MapListing(this IEndpointRouteBuilder group, ControlGate gate)
    {
        // Separate limits: readers cannot keep operators out.
        (ConcurrentLooks operators, ConcurrentLooks readers) = (new(), new());
        group.MapGet("/dead-letters", async Task<object?> (
                HttpContext context,
                [Description("A queue to list even if it does not look like one of dead letters; may be repeated.")] string[]? queue,
                [Description("true lists empty queues, too; false by default.")] string? empty,
                [Description("true reads when the first message of each queue failed; default: true for callers who may read messages, otherwise false.")] string? oldest,
                CancellationToken cancellationToken) =>
            {
                bool mayLook = await gate.IsOpenToAsync(context).ConfigureAwait(false);
                var errors = new FieldErrors();
                KnownParameters.Check(context.Request.Query, ["queue", "empty", "oldest"], errors);
                if (!QueryFlag.TryRead(empty, out bool isEmpty))
                    errors.Add("empty", QueryFlag.Rule);
                if (!QueryFlag.TryRead(oldest ?? mayLook.ToString(), out bool isOldest))
                    errors.Add("oldest", QueryFlag.Rule);
                if (!errors.None)
                    return Problems.Invalid(errors);
                if (isOldest && !mayLook)
                    return await gate.RefuseAsync(context).ConfigureAwait(false);

                return await (mayLook ? operators : readers).RunAsync(context, async () =>
                    DeadLetterJson.Answer(await context.RequestServices.GetRequiredService<IDeadLetterInspector>()
                        .ListAsync(new() { Queues = queue ?? [], IncludeEmpty = isEmpty, IncludeOldest = isOldest }, cancellationToken).ConfigureAwait(false)))
                    .ConfigureAwait(false);
            })
            .WithName("GetDeadLetterQueues")
            .WithSummary("The queues of dead letters, the largest first, and whether each can be read safely.")
            .Produces<DeadLetterListing>()
            .ProducesValidationProblem()
            .ProducesProblem(StatusCodes.Status401Unauthorized)
            .ProducesProblem(StatusCodes.Status403Forbidden);
    }
}
