using System.ComponentModel;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>Replays: beginning one, watching it, stopping it.</summary>
internal static class ReplayEndpoints
{
    public static void MapReplayStates(this IEndpointRouteBuilder group, Replays replays, ControlGate gate)
    {
        // Not a RequestDelegate: its result would not be written.
        Func<HttpContext, Task<IResult>> list = async context =>
            DeadLetterJson.Answer(replays.NewestFirst(await gate.IsOpenToAsync(context).ConfigureAwait(false)));
        group.MapGet("/replays", list)
            .WithName("GetDeadLetterReplays")
            .WithSummary($"The replays that run in this process and those that ended last, newest first; {Replays.MostKept} at most.")
            .Produces<IReadOnlyList<ReplayView>>();
        group.MapGet("/replays/{id}", async (HttpContext context, [Description("The id from the answer that started the replay.")] string id) =>
                replays.Find(id) is { } replay ? DeadLetterJson.Answer(replay.View(await gate.IsOpenToAsync(context).ConfigureAwait(false))) : Missing(id))
            .WithName("GetDeadLetterReplay")
            .WithSummary("The progress and the result of a replay.")
            .Produces<ReplayView>()
            .ProducesProblem(StatusCodes.Status404NotFound);
    }

    public static void MapReplays(this IEndpointRouteBuilder group, Replays replays, ConcurrentLooks limit, ILogger logger)
    {
        group.MapPost("/{queue}/replays", async Task<object?> (
                HttpContext context, [Description(NameInPath.Queue)] string queue, CancellationToken cancellationToken) =>
            {
                string name = NameInPath.Read(queue);
                (ReplayOrder? order, IResult? problem) = await RequestBody.ReadAsync<ReplayBody, ReplayOrder>(
                    context.Request, RequestBody.Medium, (body, errors) => body.ToOrder(name, errors)).ConfigureAwait(false);
                if (order is null)
                    return problem!;

                IDeadLetterReplayer replayer = context.RequestServices.GetRequiredService<IDeadLetterReplayer>();
                if (order.Request.DryRun)
                {
                    DeadLetterHttpLog.Looked(logger, Caller.NameOf(context), OneLine.Of(name, byte.MaxValue), "what a replay would do");
                    return await limit.RunAsync(context, async () =>
                        DeadLetterJson.Answer(await replayer.ReplayAsync(order.Request, cancellationToken: cancellationToken).ConfigureAwait(false))).ConfigureAwait(false);
                }

                DateTimeOffset now = context.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow();
                var replay = new Replay(order.Request with { Run = Replay.NewId() }, Caller.NameOf(context), order.Reason, now);
                if (replays.Begin(replay, replayer, context.RequestServices.GetRequiredService<IOngoingReplays>()) is { } refused)
                    return refused;

                // Relative: a proxy may have removed the path before it.
                context.Response.Headers.Location = $"../replays/{replay.Id}";
                return DeadLetterJson.Answer(replay.View(withContents: true), StatusCodes.Status202Accepted);
            })
            .WithName("ReplayDeadLetters")
            .WithSummary("Starts to send messages back to the queues that they came from; a dry run shows what would happen.")
            .Accepts<ReplayBody>(isOptional: true, "application/json", RequestBody.AnyType)
            .Produces<ReplayReport>()
            .Produces<ReplayView>(StatusCodes.Status202Accepted)
            .ProducesValidationProblem()
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status409Conflict)
            .ProducesProblem(StatusCodes.Status413PayloadTooLarge);

        group.MapDelete("/replays/{id}", async (
                HttpContext context, [Description("The id from the answer that started the replay.")] string id, [Description(Reason.Description)] string? reason) =>
            {
                if (Reason.ProblemOf(reason) is { } wrong)
                    return Problems.Invalid(Reason.Name, wrong);
                if (replays.Find(id) is not { } replay)
                    return Missing(id);
                bool wasRunning = await replays.StopAsync(replay, Caller.NameOf(context), reason).ConfigureAwait(false);
                return DeadLetterJson.Answer(replay.View(withContents: true), wasRunning ? StatusCodes.Status202Accepted : StatusCodes.Status200OK);
            })
            .WithName("StopDeadLetterReplay")
            .WithSummary("Stops a replay. Messages that are sent already arrive, and the rest stays. 200 if it had ended by itself.")
            .Produces<ReplayView>()
            .Produces<ReplayView>(StatusCodes.Status202Accepted)
            .ProducesValidationProblem()
            .ProducesProblem(StatusCodes.Status404NotFound);
    }

    private static IResult Missing(string id) => Problems.Of(
        StatusCodes.Status404NotFound, $"There is no replay '{id}' in this process. The last {Replays.MostKept} are known, until it ends.");
}
