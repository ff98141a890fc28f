using System.ComponentModel;
using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>Throws messages away, after they were written to a file.</summary>
internal static class DiscardEndpoint
{
    public static void MapDiscard(this IEndpointRouteBuilder group, BusyQueues busy, LookLimit limit, DeadLetterAudit audit, DiscardExports exports) => group
        .MapPost("/{queue}/discards", async (HttpContext context, [Description(NameInPath.Queue)] string queue, CancellationToken cancellationToken) =>
        {
            string name = NameInPath.Read(queue);
            (DiscardOrder? order, IResult? problem) = await WrittenBody.ReadAsync(
                context.Request, WrittenBody.MostBytes, fields => WrittenDiscard.Read(fields, name, exports.HasDirectory)).ConfigureAwait(false);
            if (order is null)
                return problem!;

            string who = Caller.NameOf(context);
            if (busy.Take(name, $"messages are discarded by {who}") is { } taken)
                return taken;
            try
            {
                return await new Discard(context.RequestServices.GetRequiredService<IDeadLetterReplayer>(), exports, audit, who)
                    .RunAsync(order, cancellationToken).ConfigureAwait(false);
            }
            finally
            {
                busy.Release(name);
            }
        })
        .AddEndpointFilter(limit)
        .WithName("DiscardDeadLetters")
        .WithSummary("Removes messages for good, if there are exactly as many as expected, after they were written to a file.")
        .Accepts<WrittenDiscard>("application/json", RequestBody.AnyType)
        .Produces<DiscardView>()
        .ProducesValidationProblem()
        .ProducesProblem(StatusCodes.Status404NotFound)
        .ProducesProblem(StatusCodes.Status409Conflict)
        .ProducesProblem(StatusCodes.Status413PayloadTooLarge)
        .ProducesProblem(StatusCodes.Status507InsufficientStorage);
}

/// <summary>A discard as somebody asks for it.</summary>
internal sealed record WrittenDiscard
{
    private const long Most = 61_000;

    [Description("Which messages; {} for all of them.")]
    public WrittenSelection? Select { get; init; }

    [Description("Any of these as id or AMQP message id.")]
    public string[]? Ids { get; init; }

    [Description("How many there must be; with more or fewer nothing is removed.")]
    public required long ExpectedCount { get; init; }

    [Description("true removes them without keeping a file; false by default.")]
    public bool? WithoutExport { get; init; }

    [Description("true goes on where a message is near its delivery limit; false by default.")]
    public bool? DespiteDeliveryLimit { get; init; }

    [Description(Resilience.AnyQueue.Description)]
    public bool? AnyQueue { get; init; }

    [Description(Resilience.Reason.Description)]
    public string? Reason { get; init; }

    public static DiscardOrder Read(BodyFields fields, string queue, bool hasDirectory)
    {
        const string NoDirectory =
            "must be true: this host has not said where to keep what is discarded. It does with MapMessagingResilience(options => options.DeadLetterExports = …).";
        if (!fields.Has(WrittenSelection.Name) && !fields.Has(WrittenSelection.IdsName))
            fields.Refuse(WrittenSelection.Name, "is not there; {} means all messages.");
        if (!fields.Has("expectedCount"))
            fields.Refuse("expectedCount", string.Create(CultureInfo.InvariantCulture, $"is not there; allowed: whole numbers from 1 to {Most}."));
        var request = new DiscardRequest
        {
            Queue = queue,
            Select = WrittenSelection.Read(fields),
            ExpectedCount = fields.Whole("expectedCount", 1, Most) ?? 1,
            WithoutExport = fields.Flag("withoutExport"),
            DespiteDeliveryLimit = fields.Flag("despiteDeliveryLimit"),
            AnyQueue = fields.Flag(Resilience.AnyQueue.Name),
        };
        if (!request.WithoutExport && !hasDirectory)
            fields.Refuse("withoutExport", NoDirectory);
        string? reason = Resilience.Reason.ReadFrom(fields);
        fields.RefuseOthers();
        return new(request, reason);
    }
}

/// <summary>A discard, and why somebody wants it.</summary>
internal sealed record DiscardOrder(DiscardRequest Request, string? Reason);

/// <summary>What was thrown away.</summary>
/// <param name="Queue">The queue.</param>
/// <param name="Discarded">Messages removed.</param>
/// <param name="Exported">Messages written before.</param>
/// <param name="File">The name of the file, in the directory that the host has named; null without an export.</param>
internal sealed record DiscardView(string Queue, long Discarded, long Exported, string? File);
