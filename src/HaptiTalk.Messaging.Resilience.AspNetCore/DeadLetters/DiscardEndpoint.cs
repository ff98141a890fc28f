using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>Discards messages after they are written to a file.</summary>
internal static class DiscardEndpoint
{
    public static void MapDiscard(this IEndpointRouteBuilder group, BusyQueues busy, ConcurrentLooks limit, DeadLetterAudit audit, DiscardExports exports) => group
        .MapPost("/{queue}/discards", async (HttpContext context, [Description(NameInPath.Queue)] string queue, CancellationToken cancellationToken) =>
        {
            string name = NameInPath.Read(queue);
            (DiscardOrder? order, IResult? problem) = await RequestBody.ReadAsync<DiscardBody, DiscardOrder>(
                context.Request, RequestBody.Medium, (body, errors) => body.ToOrder(name, exports.HasDirectory, errors)).ConfigureAwait(false);
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
        .WithSummary("Writes messages to a file and then removes them for good, if exactly as many match as expected.")
        .Accepts<DiscardBody>("application/json", RequestBody.AnyType)
        .Produces<DiscardView>()
        .ProducesValidationProblem()
        .ProducesProblem(StatusCodes.Status404NotFound)
        .ProducesProblem(StatusCodes.Status409Conflict)
        .ProducesProblem(StatusCodes.Status413PayloadTooLarge)
        .ProducesProblem(StatusCodes.Status507InsufficientStorage);
}

/// <summary>A discard as somebody asks for it.</summary>
internal sealed record DiscardBody
{
    [Description("Which messages; {} for all of them.")]
    public MessageSelection? Select { get; init; }

    [Description("Any of these as id or AMQP message id.")]
    public string[]? Ids { get; init; }

    [Range(1, 61_000), Description("How many messages must match; with more or fewer, nothing is removed.")]
    public required int ExpectedCount { get; init; }

    [Description("true removes the messages without a copy; false by default.")]
    public bool? WithoutExport { get; init; }

    [Description("true goes on although a message is near its delivery limit; false by default.")]
    public bool? DespiteDeliveryLimit { get; init; }

    [Description(Resilience.AnyQueue.Description)]
    public bool? AnyQueue { get; init; }

    [Description(Resilience.Reason.Description)]
    public string? Reason { get; init; }

    public DiscardOrder ToOrder(string queue, bool hasDirectory, FieldErrors errors)
    {
        const string NoDirectory =
            "must be true: this host has no directory for discarded messages. Set it with MapMessagingResilience(options => options.DeadLetterExports = …).";
        if (Select is null && Ids is null)
            errors.Add("select", "is not there; {} means all messages.");
        if (WithoutExport != true && !hasDirectory)
            errors.Add("withoutExport", NoDirectory);
        errors.Add(Resilience.Reason.Name, Resilience.Reason.ProblemOf(Reason));
        return new(
            new()
            {
                Queue = queue,
                Select = MessageSelection.Read(Select, Ids, errors),
                ExpectedCount = ExpectedCount,
                WithoutExport = WithoutExport == true,
                DespiteDeliveryLimit = DespiteDeliveryLimit == true,
                AnyQueue = AnyQueue == true,
            },
            Reason);
    }
}

/// <summary>A discard, and why somebody wants it.</summary>
internal sealed record DiscardOrder(DiscardRequest Request, string? Reason);

/// <summary>What was discarded.</summary>
/// <param name="Queue">The queue.</param>
/// <param name="Discarded">Messages removed.</param>
/// <param name="Exported">Messages written before.</param>
/// <param name="File">The name of the file, in the directory that the host has named; null without an export.</param>
internal sealed record DiscardView(string Queue, long Discarded, long Exported, string? File);
