using System.Collections.ObjectModel;
using System.ComponentModel;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>One message with another body or other headers.</summary>
internal static class EditedReplayEndpoint
{
    private const int MostBytes = 16 * 1024 * 1024;

    public static void MapEditedReplay(this IEndpointRouteBuilder group, BusyQueues busy, ConcurrentLooks limit, DeadLetterAudit audit) => group
        .MapPost("/{queue}/messages/{id}/replay", async (
            HttpContext context, [Description(NameInPath.Queue)] string queue, [Description(NameInPath.Message)] string id, CancellationToken cancellationToken) =>
        {
            (string name, string message) = (NameInPath.Read(queue), NameInPath.Read(id));
            (EditOrder? order, IResult? problem) = await RequestBody.ReadAsync<EditBody, EditOrder>(
                context.Request, MostBytes, (body, errors) => body.ToOrder(name, message, errors)).ConfigureAwait(false);
            if (order is null)
                return problem!;

            string who = Caller.NameOf(context);
            if (busy.Take(name, $"an edited message by {who}") is { } taken)
                return taken;
            try
            {
                ReplayReport report = await context.RequestServices.GetRequiredService<IDeadLetterReplayer>()
                    .ReplayEditedAsync(order.Edit, cancellationToken).ConfigureAwait(false);
                if (report.Outcomes.Count == 0 && report.Stop == ReplayStop.Completed)
                    return MessageEndpoints.Missing(name, message);
                audit.Note(
                    who, DeadLetterAudit.Edited, name, $"message {OneLine.Of(message, byte.MaxValue)}", $"replay {report.Run}: {order.Changes}; {ReportText.Of(report)}", order.Reason);
                return DeadLetterJson.Answer(report);
            }
            finally
            {
                busy.Release(name);
            }
        })
        .AddEndpointFilter(limit)
        .WithName("ReplayEditedDeadLetter")
        .WithSummary("Replays one message with another body or other headers; the original stays until the edited one is confirmed.")
        .Accepts<EditBody>("application/json", RequestBody.AnyType)
        .Produces<ReplayReport>()
        .ProducesValidationProblem()
        .ProducesProblem(StatusCodes.Status404NotFound)
        .ProducesProblem(StatusCodes.Status409Conflict)
        .ProducesProblem(StatusCodes.Status413PayloadTooLarge);
}

/// <summary>An edit as somebody asks for it.</summary>
internal sealed record EditBody
{
    [Description("The new body, as text or JSON; without it the old one stays.")]
    public JsonElement? Body { get; init; }

    [Description("Headers to set, as text; null removes one.")]
    public IReadOnlyDictionary<string, string?>? Headers { get; init; }

    [Description("The queue to send the message to; without it, the queue that it came from.")]
    public string? Target { get; init; }

    [Description("true sends each message to the queue that its headers name; everybody who may send to this queue can write those headers; false by default.")]
    public bool? TrustHeaders { get; init; }

    [Description("What to do with a request whose caller is gone: skip, replayWithoutReply or replay; replayWithoutReply by default.")]
    public AbandonedRequests? AbandonedRequests { get; init; }

    [Description("true goes on although the message is near its delivery limit; false by default.")]
    public bool? DespiteDeliveryLimit { get; init; }

    [Description(Resilience.Reason.Description)]
    public string? Reason { get; init; }

    public EditOrder ToOrder(string queue, string id, FieldErrors errors)
    {
        byte[]? body = Body is { } written ? Encoding.UTF8.GetBytes(written.ValueKind == JsonValueKind.String ? written.GetString()! : written.GetRawText()) : null;
        IReadOnlyDictionary<string, string?> headers = Headers ?? ReadOnlyDictionary<string, string?>.Empty;
        if (body is null && headers.Count == 0)
            errors.Add("body", "is not there, and no headers are either: nothing would be edited. Replay it by its id.");
        errors.Add(Resilience.Reason.Name, Resilience.Reason.ProblemOf(Reason));
        var defaults = new EditedReplay { Queue = queue, Id = id };
        string[] changes = [.. body is null ? Array.Empty<string>() : [$"a body of {body.Length} bytes"], .. headers.Keys.Select(static name => $"header '{name}'")];
        return new(
            defaults with
            {
                Body = body,
                Headers = headers,
                Target = Target,
                TrustHeaders = TrustHeaders == true,
                AbandonedRequests = AbandonedRequests ?? defaults.AbandonedRequests,
                DespiteDeliveryLimit = DespiteDeliveryLimit == true,
            },
            OneLine.Of(string.Join(", ", changes), byte.MaxValue),
            Reason);
    }
}

/// <summary>An edit, in words too, and why somebody wants it.</summary>
internal sealed record EditOrder(EditedReplay Edit, string Changes, string? Reason);
