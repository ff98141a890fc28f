using System.ComponentModel;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>Dead letters: what lies where, what is in it, and what becomes of it.</summary>
internal static class DeadLetterEndpoints
{
    private const string Prefix = "/dead-letters";
    private const string ContentsRule = "Who asks has to satisfy the policy for changes: messages hold what is nobody else's business.";

    /// <param name="api">What may be read by whoever may read.</param>
    /// <param name="control">What is steered.</param>
    /// <param name="gate">Who may steer.</param>
    /// <param name="options">Where exports go.</param>
    public static void MapDeadLetters(this IEndpointRouteBuilder api, IEndpointRouteBuilder control, SteeringGate gate, MessagingResilienceEndpointOptions options)
    {
        IServiceProvider services = api.ServiceProvider;
        var filter = new DeadLetterFilter(services.GetRequiredService<IServiceProviderIsService>());
        var limit = new LookLimit();
        ILogger logger = services.GetRequiredService<ILoggerFactory>().CreateLogger(ResilienceTelemetry.MeterName);
        TimeProvider clock = services.GetRequiredService<TimeProvider>();
        var audit = new DeadLetterAudit(services.GetRequiredService<ControlHistory>(), clock);
        var busy = new BusyQueues();
        var replays = new Replays(services.GetRequiredService<OngoingWork>(), busy, audit, clock, logger);

        RouteGroupBuilder plain = Described(api.MapGroup(Prefix).AddEndpointFilter(filter));
        plain.MapReplayStates(replays);
        RouteGroupBuilder reading = Described(api.MapGroup(string.Empty).AddEndpointFilter(filter));
        reading.MapListing(new LookLimit());
        reading.MapSummary(limit);

        RouteGroupBuilder contents = Described(api.MapGroup(Prefix).AddEndpointFilter(new ContentsFilter(gate, logger)).AddEndpointFilter(filter))
            .AddEndpointFilter(limit);
        contents.WithDescription(ContentsRule).ProducesProblem(StatusCodes.Status401Unauthorized).ProducesProblem(StatusCodes.Status403Forbidden);
        contents.MapMessages();
        contents.MapExport();

        RouteGroupBuilder changes = Described(control.MapGroup(Prefix).AddEndpointFilter(filter));
        changes.MapReplays(replays, limit, logger);
        changes.MapEditedReplay(busy, limit, audit);
        changes.MapDiscard(busy, limit, audit, new DiscardExports(options.DeadLetterExports, clock));
    }

    private static RouteGroupBuilder Described(RouteGroupBuilder group)
    {
        group.ProducesProblem(StatusCodes.Status501NotImplemented).ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        return group;
    }

    private static void MapListing(this IEndpointRouteBuilder group, LookLimit limit) => group
        .MapGet(Prefix, static async (
            HttpContext context,
            [Description("A queue to list whether or not it looks like one of dead letters; several times for several.")] string[]? queue,
            [Description("true lists queues without messages too; false by default.")] string? empty,
            [Description("false leaves out when the first message of each queue failed; true by default.")] string? oldest,
            CancellationToken cancellationToken) =>
        {
            var errors = new FieldErrors();
            KnownParameters.Check(context.Request.Query, ["queue", "empty", "oldest"], errors);
            if (!QueryFlag.TryRead(empty, out bool isEmpty))
                errors.Add("empty", QueryFlag.Rule);
            if (!QueryFlag.TryRead(oldest ?? bool.TrueString, out bool isOldest))
                errors.Add("oldest", QueryFlag.Rule);
            if (!errors.None)
                return Problems.Invalid(errors);

            return DeadLetterJson.Answer(await context.RequestServices.GetRequiredService<IDeadLetterInspector>()
                .ListAsync(new() { Queues = queue ?? [], IncludeEmpty = isEmpty, IncludeOldest = isOldest }, cancellationToken).ConfigureAwait(false));
        })
        .AddEndpointFilter(limit)
        .WithName("GetDeadLetterQueues")
        .WithSummary("The queues of dead letters, those with most messages first, and whether each can be looked into.")
        .Produces<DeadLetterListing>()
        .ProducesValidationProblem();

    private static void MapSummary(this IEndpointRouteBuilder group, LookLimit limit) => group
        .MapGet($"{Prefix}/{{queue}}/summary", static async (
            HttpContext context,
            [Description(NameInPath.Queue)] string queue,
            [Description("exceptionType, messageType, consumer, inputQueue, hour or fingerprint, several with commas between; exceptionType,messageType by default.")] string? by,
            CancellationToken cancellationToken) =>
        {
            var errors = new FieldErrors();
            KnownParameters.Check(context.Request.Query, ["by"], errors);
            IReadOnlyList<DeadLetterGrouping> groupings = by is null ? [] : Groupings.Read(by, "by", errors);
            if (!errors.None)
                return Problems.Invalid(errors);

            return DeadLetterJson.Answer(SummaryView.From(await context.RequestServices.GetRequiredService<IDeadLetterInspector>()
                .SummariseAsync(NameInPath.Read(queue), groupings, new() { MaxMessages = MessageEndpoints.MostScanned }, cancellationToken).ConfigureAwait(false)));
        })
        .AddEndpointFilter(limit)
        .WithName("GetDeadLetterSummary")
        .WithSummary("A queue's messages in groups, the largest first, each with what selects them.")
        .Produces<SummaryView>()
        .ProducesValidationProblem()
        .ProducesProblem(StatusCodes.Status404NotFound)
        .ProducesProblem(StatusCodes.Status409Conflict);
}
