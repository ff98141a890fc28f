using System.ComponentModel;
using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>
/// Messages as a file to keep. They are written to a file of this host first: so a failure is still an answer, and nobody's slow line
/// keeps messages from their queue.
/// </summary>
internal static class ExportEndpoint
{
    public const string MessagesHeader = "X-Resilience-Messages";
    public const string IncompleteHeader = "X-Resilience-Incomplete";

    private const string MediaType = "application/x-ndjson";

    public static void MapExport(this IEndpointRouteBuilder group) => group
        .MapGet("/{queue}/export", ExportAsync)
        .WithName("ExportDeadLetters")
        .WithSummary($"Messages as JSON Lines, to keep and to import again; {MessagesHeader} says how many, {IncompleteHeader} why not all.")
        .Produces<string>(StatusCodes.Status200OK, MediaType)
        .ProducesValidationProblem()
        .ProducesProblem(StatusCodes.Status404NotFound)
        .ProducesProblem(StatusCodes.Status409Conflict);

    private static async Task<IResult> ExportAsync(
        HttpContext context,
        [Description(NameInPath.Queue)] string queue,
        [AsParameters] WrittenSelection selection,
        TimeProvider clock,
        CancellationToken cancellationToken)
    {
        var errors = new FieldErrors();
        KnownParameters.Check(context.Request.Query, WrittenSelection.Names, errors);
        DeadLetterQuery query = selection.ToQuery(errors);
        if (!errors.None)
            return Problems.Invalid(errors);

        string name = NameInPath.Read(queue);
        FileStream file = ExportFile.Create(Path.Combine(Path.GetTempPath(), Path.GetRandomFileName()), FileOptions.DeleteOnClose);
        try
        {
            ExportReport report = await context.RequestServices.GetRequiredService<IDeadLetterArchive>()
                .ExportAsync(new() { Queue = name, Select = query }, file, cancellationToken: cancellationToken).ConfigureAwait(false);
            context.Response.Headers[MessagesHeader] = report.Exported.ToString(CultureInfo.InvariantCulture);
            if (report.Incomplete is { } why)
                context.Response.Headers[IncompleteHeader] = why;
            file.Position = 0;
            return TypedResults.Stream(file, MediaType, ExportName.Of(name, clock.GetUtcNow()));
        }
        catch
        {
            await file.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }
}
