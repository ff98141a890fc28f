using System.ComponentModel;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>What is in messages.</summary>
internal static class MessageEndpoints
{
    /// <summary>As far as one look goes.</summary>
    public const int MostScanned = 60_000;

    private const int MostOnAPage = 1_000;
    private const int MostFound = 10_000;
    private const int BodyInAList = 1_024;

    public static void MapMessages(this IEndpointRouteBuilder group)
    {
        group.MapGet("/{queue}/messages", ListAsync)
            .WithName("GetDeadLetters")
            .WithSummary("A page of a queue's messages from its head on, or of those that fit, each with the first KiB of its body.")
            .Produces<MessageList>()
            .ProducesValidationProblem()
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status409Conflict);
        group.MapGet("/{queue}/messages/{id}", ShowAsync)
            .WithName("GetDeadLetter")
            .WithSummary("One message whole.")
            .Produces<DeadLetter>()
            .ProducesValidationProblem()
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status409Conflict);
    }

    private static async Task<IResult> ListAsync(
        HttpContext context,
        [Description(NameInPath.Queue)] string queue,
        [Description("Messages before the page: 0 to 60,000, with filters up to 9,999; 0 by default.")] string? skip,
        [Description("Messages on the page: 1 to 1,000; 50 by default.")] string? take,
        [Description("true reads the queue again, even if what was read is still at hand; false by default.")] string? refresh,
        [Description(AnyQueue.Description)] string? anyQueue,
        [AsParameters] MessageSelection selection,
        TimeProvider clock,
        CancellationToken cancellationToken)
    {
        var errors = new FieldErrors();
        KnownParameters.Check(context.Request.Query, ["skip", "take", "refresh", AnyQueue.Name, .. BodyReader.NamesOf(typeof(MessageSelection))], errors);
        DeadLetterQuery query = selection.ToQuery(errors);
        bool isPage = selection.SelectsEverything();
        int taken = KnownParameters.Number(take, "take", 1, MostOnAPage, 50, errors);
        int skipped = KnownParameters.Number(skip, "skip", 0, isPage ? MostScanned : MostFound - taken, 0, errors);
        bool isAny = AnyQueue.Read(anyQueue, errors);
        if (!QueryFlag.TryRead(refresh, out bool isAnew))
            errors.Add("refresh", QueryFlag.Rule);
        if (!errors.None)
            return Problems.Invalid(errors);

        IDeadLetterInspector inspector = context.RequestServices.GetRequiredService<IDeadLetterInspector>();
        string name = NameInPath.Read(queue);
        return DeadLetterJson.Answer(isPage
            ? MessageList.From(
                await inspector.PeekAsync(
                    name, new() { Skip = skipped, Take = taken, Refresh = isAnew, MaxBodyBytes = BodyInAList, AnyQueue = isAny }, cancellationToken).ConfigureAwait(false),
                skipped)
            : MessageList.From(
                await inspector.SearchAsync(
                    name, query, new() { MaxMessages = MostScanned, MaxMatches = skipped + taken, MaxBodyBytes = BodyInAList, AnyQueue = isAny }, cancellationToken)
                    .ConfigureAwait(false),
                skipped,
                clock.GetUtcNow()));
    }

    private static async Task<IResult> ShowAsync(
        HttpContext context,
        [Description(NameInPath.Queue)] string queue,
        [Description(NameInPath.Message)] string id,
        [Description(AnyQueue.Description)] string? anyQueue,
        CancellationToken cancellationToken)
    {
        var errors = new FieldErrors();
        KnownParameters.Check(context.Request.Query, [AnyQueue.Name], errors);
        bool isAny = AnyQueue.Read(anyQueue, errors);
        if (!errors.None)
            return Problems.Invalid(errors);

        return await context.RequestServices.GetRequiredService<IDeadLetterInspector>()
            .ShowAsync(NameInPath.Read(queue), NameInPath.Read(id), new() { MaxMessages = MostScanned, AnyQueue = isAny }, cancellationToken).ConfigureAwait(false) is { } deadLetter
            ? DeadLetterJson.Answer(deadLetter)
            : Missing(NameInPath.Read(queue), NameInPath.Read(id));
    }

    public static IResult Missing(string queue, string id) => Problems.Of(
        StatusCodes.Status404NotFound, $"'{queue}' has no message '{id}' among the first {MostScanned}. It may have been replayed or discarded since.");
}
