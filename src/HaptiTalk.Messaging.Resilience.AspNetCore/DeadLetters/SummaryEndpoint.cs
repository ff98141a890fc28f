using System.ComponentModel;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>A queue in groups. The answer holds types and names only, but every message is read for it.</summary>
internal static class SummaryEndpoint
{
    public static void MapSummary(this IEndpointRouteBuilder group) => group
        .MapGet("/{queue}/summary", static async (
            HttpContext context,
            [Description(NameInPath.Queue)] string queue,
            [Description("exceptionType, messageType, consumer, inputQueue, hour or fingerprint, several with commas between; exceptionType,messageType by default.")] string? by,
            [Description(AnyQueue.Description)] string? anyQueue,
            CancellationToken cancellationToken) =>
        {
            var errors = new FieldErrors();
            KnownParameters.Check(context.Request.Query, ["by", AnyQueue.Name], errors);
            IReadOnlyList<DeadLetterGrouping> groupings = by is null ? [] : Groupings.Read(by, "by", errors);
            bool isAny = AnyQueue.Read(anyQueue, errors);
            if (!errors.None)
                return Problems.Invalid(errors);

            return DeadLetterJson.Answer(SummaryView.From(await context.RequestServices.GetRequiredService<IDeadLetterInspector>()
                .SummariseAsync(NameInPath.Read(queue), groupings, new() { MaxMessages = MessageEndpoints.MostScanned, AnyQueue = isAny }, cancellationToken)
                .ConfigureAwait(false)));
        })
        .WithName("GetDeadLetterSummary")
        .WithSummary("The messages of a queue in groups, the largest first, and the selection for each group.")
        .Produces<SummaryView>()
        .ProducesValidationProblem()
        .ProducesProblem(StatusCodes.Status404NotFound)
        .ProducesProblem(StatusCodes.Status409Conflict);
}
