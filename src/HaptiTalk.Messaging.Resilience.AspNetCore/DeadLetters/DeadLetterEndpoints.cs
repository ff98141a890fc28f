using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>Dead letters: lists, contents and changes.</summary>
internal static class DeadLetterEndpoints
{
    private const string Prefix = "/dead-letters";
    private const string ContentsRule = "The caller must satisfy the policy for changes, because messages hold private data.";

    /// <param name="api">The endpoints for all readers.</param>
    /// <param name="control">The endpoints for changes.</param>
    /// <param name="gate">Who may make changes.</param>
    /// <param name="options">Where exports are written.</param>
    /// <param name="logger">The host's log.</param>
    public static void MapDeadLetters(this IEndpointRouteBuilder api, IEndpointRouteBuilder control, ControlGate gate, MessagingResilienceEndpointOptions options, ILogger logger)
    {
        IServiceProvider services = api.ServiceProvider;
        var filter = new DeadLetterFilter(services.GetRequiredService<IServiceProviderIsService>(), logger);
        var limit = new ConcurrentLooks();
        TimeProvider clock = services.GetRequiredService<TimeProvider>();
        var audit = new DeadLetterAudit(services.GetRequiredService<IResilienceControl>(), clock, logger);
        var busy = new BusyQueues();
        var replays = new Replays(busy, audit, clock);
        OpenExport open = services.GetService<OpenExport>() ?? ExportFile.Create;

        RouteGroupBuilder plain = Described(api.MapGroup(Prefix).AddEndpointFilter(filter));
        plain.MapReplayStates(replays, gate);
        Described(api.MapGroup(string.Empty).AddEndpointFilter(filter)).MapListing(gate);

        RouteGroupBuilder contents = Described(api.MapGroup(Prefix).AddEndpointFilter(new ContentsFilter(gate, logger)).AddEndpointFilter(filter))
            .AddEndpointFilter(limit);
        contents.WithDescription(ContentsRule).ProducesProblem(StatusCodes.Status401Unauthorized).ProducesProblem(StatusCodes.Status403Forbidden);
        contents.MapSummary();
        contents.MapMessages();
        contents.MapExport(open);

        RouteGroupBuilder changes = Described(control.MapGroup(Prefix).AddEndpointFilter(filter));
        changes.MapReplays(replays, limit, logger);
        changes.MapEditedReplay(busy, limit, audit);
        changes.MapDiscard(busy, limit, audit, new DiscardExports(options.DeadLetterExports, clock, open));
    }

    private static RouteGroupBuilder Described(RouteGroupBuilder group)
    {
        group.ProducesProblem(StatusCodes.Status501NotImplemented).ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        return group;
    }
}
