using HaptiTalk.Messaging.Resilience.Monitoring;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.HostFiltering;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>Shows the live state over HTTP, and lets permitted callers change it.</summary>
public static class MessagingResilienceEndpointExtensions
{
    private const string LogCategory = "HaptiTalk.Messaging.Resilience";

    /// <summary>
    /// Maps the web page at <c>/resilience</c> and the endpoints below it. Reading needs no authorization. Add
    /// <c>RequireAuthorization()</c> to the returned group to change that. A change needs the policy
    /// <see cref="MessagingResilienceEndpointOptions.DefaultControlPolicy"/>. In the environment <c>Development</c>, callers who use
    /// <c>localhost</c>, a loopback address or a name in <c>AllowedHosts</c> need no policy.
    /// </summary>
    /// <param name="endpoints">The application.</param>
    /// <returns>The group at <c>/resilience</c>.</returns>
    /// <exception cref="InvalidOperationException">The host has not called <c>AddMessagingResilience</c>.</exception>
    public static RouteGroupBuilder MapMessagingResilience(this IEndpointRouteBuilder endpoints) =>
        endpoints.MapMessagingResilience(static _ => { });

    /// <inheritdoc cref="MapMessagingResilience(IEndpointRouteBuilder)"/>
    /// <param name="endpoints">The application.</param>
    /// <param name="configure">Changes how the endpoints behave.</param>
    public static RouteGroupBuilder MapMessagingResilience(
        this IEndpointRouteBuilder endpoints, Action<MessagingResilienceEndpointOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        ArgumentNullException.ThrowIfNull(configure);
        var options = new MessagingResilienceEndpointOptions();
        configure(options);

        IServiceProvider services = endpoints.ServiceProvider;
        IResilienceMonitor monitor = services.GetService<IResilienceMonitor>()
            ?? throw new InvalidOperationException("Call builder.Services.AddMessagingResilience(builder.Configuration) before the application is built.");
        TimeProvider clock = services.GetRequiredService<TimeProvider>();
        ILogger logger = services.GetRequiredService<ILoggerFactory>().CreateLogger(LogCategory);
        var feed = new EventFeed(clock);
        monitor.Attach(feed);
        monitor.KeepLastMinute();
        CancellationToken hostStops = services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        var authorization = new ControlAuthorization(
            options.ControlPolicy,
            services.GetRequiredService<IHostEnvironment>(),
            new TrustedHosts(services.GetRequiredService<IOptionsMonitor<HostFilteringOptions>>()));

        RouteGroupBuilder group = endpoints.MapGroup("/resilience");
        RouteGroupBuilder api = group.MapGroup(string.Empty).WithTags("resilience").DisableCookieRedirect().AddEndpointFilter(NotStoredAsync);
        api.MapReading(authorization, NewStream(), NewStream());
        api.MapOpenApiDocument();

        var refusals = new RefusalLog(logger, clock);
        hostStops.Register(refusals.TellTheRest);
        var gate = new ControlGate(authorization, refusals);
        RouteGroupBuilder control = api.MapGroup(string.Empty).AddEndpointFilter(new ControlFilter(gate, new ControlRate(clock)));
        control.WithDescription(Intent.Rule)
            .ProducesProblem(StatusCodes.Status401Unauthorized)
            .ProducesProblem(StatusCodes.Status403Forbidden)
            .ProducesProblem(StatusCodes.Status429TooManyRequests);
        control.MapProfileChanges();
        control.MapBreakers();
        api.MapDeadLetters(control, gate, options, logger);
        group.MapPage();
        return group;

        EventStream NewStream() => new(feed, clock, hostStops);
    }

    private static ValueTask<object?> NotStoredAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        context.HttpContext.Response.Headers.CacheControl = "no-store";
        return next(context);
    }
}
