using System.ComponentModel;
using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>
/// Messages as a file. The host writes them to a file of its own first. So a failure can still be answered, and a slow client does not
/// keep messages from their queue.
/// </summary>
internal static class ExportEndpoint
{
    public const string MessagesHeader = "X-Resilience-Messages";
    public const string IncompleteHeader = "X-Resilience-Incomplete";

    private const string MediaType = "application/x-ndjson";

    public static void MapExport(this IEndpointRouteBuilder group, OpenExport open) => group
        .MapGet("/{queue}/export", (
                HttpContext context,
                [Description(NameInPath.Queue)] string queue,
                [Description(AnyQueue.Description)] string? anyQueue,
                [AsParameters] MessageSelection selection,
                TimeProvider clock,
                CancellationToken cancellationToken) => ExportAsync(context, queue, anyQueue, selection, clock, open, cancellationToken))
        .WithName("ExportDeadLetters")
        .WithSummary($"Messages as JSON Lines, to keep and to import again; {MessagesHeader} says how many, {IncompleteHeader} why not all.")
        .Produces<string>(StatusCodes.Status200OK, MediaType)
        .ProducesValidationProblem()
        .ProducesProblem(StatusCodes.Status404NotFound)
        .ProducesProblem(StatusCodes.Status409Conflict)
        .ProducesProblem(StatusCodes.Status507InsufficientStorage);

    private static async Task<IResult> ExportAsync(
        HttpContext context, string queue, string? anyQueue, MessageSelection selection, TimeProvider clock, OpenExport open, CancellationToken cancellationToken)
    {
        var errors = new FieldErrors();
        KnownParameters.Check(context.Request.Query, [AnyQueue.Name, .. BodyReader.NamesOf(typeof(MessageSelection))], errors);
        bool isAny = AnyQueue.Read(anyQueue, errors);
        DeadLetterQuery query = selection.ToQuery(errors);
        if (!errors.None)
            return Problems.Invalid(errors);

        string name = NameInPath.Read(queue);
        string path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        ExportFile? file = null;
        try
        {
            file = open(path, FileOptions.DeleteOnClose);
            ExportReport report = await context.RequestServices.GetRequiredService<IDeadLetterArchive>()
                .ExportAsync(new() { Queue = name, Select = query, AnyQueue = isAny }, file, cancellationToken: cancellationToken).ConfigureAwait(false);
            context.Response.Headers[MessagesHeader] = report.Exported.ToString(CultureInfo.InvariantCulture);
            if (report.Incomplete is { } why)
                context.Response.Headers[IncompleteHeader] = HeaderText.Of(why);
            await file.FlushAsync(cancellationToken).ConfigureAwait(false);
            file.Position = 0;
            return TypedResults.Stream(file, MediaType, ExportName.Of(name, clock.GetUtcNow()));
        }
        catch (Exception failure)
        {
            if (file is not null)
                await file.DisposeAsync().ConfigureAwait(false);
            if ((file is null ? failure as IOException : file.Refusal) is not { } refused)
                throw;
            return ExportFile.Refused($"The export could not be written to '{Path.GetTempPath()}': {refused.Message}");
        }
    }
}
