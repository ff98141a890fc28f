using HaptiTalk.Auth;
using HaptiTalk.Feedback;
using HaptiTalk.Hosting;
using HaptiTalk.Messaging.Resilience;
using HaptiTalk.Realtime;
using HaptiTalk.Report;
using HaptiTalk.Session;
using HaptiTalk.User;
using MassTransit;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace HaptiTalk.Demo;

/// <summary>All services in one process on one bus, with or without the framework.</summary>
internal sealed class ActHost : IAsyncDisposable
{
    // Equal in both acts, so that they differ in the framework alone.
    private const int ConcurrentMessages = 16;

    private static readonly IReadOnlyList<IServiceModule> Modules =
        [new AuthModule(), new UserModule(), new SessionModule(), new RealtimeModule(), new FeedbackModule(), new ReportModule()];

    private readonly WebApplication _app;

    private ActHost(WebApplication app, IErrorQueues errorQueues)
    {
        _app = app;
        ErrorQueues = errorQueues;
    }

    public IServiceProvider Services => _app.Services;

    public IErrorQueues ErrorQueues { get; }

    public Outage Outage => Services.GetRequiredService<Outage>();

    public ReportWeight ReportWeight => Services.GetRequiredService<ReportWeight>();

    public ExecutionCount Executions => Services.GetRequiredService<ExecutionCount>();

    /// <summary>The live state; null without the framework.</summary>
    public IMessagingResilience? Resilience => Services.GetService<IMessagingResilience>();

    public string Address => _app.Urls.First();

    public static IEnumerable<string> ServiceNames => Modules.Select(module => module.Name);

    public static async Task<ActHost> StartAsync(bool isProtected, BrokerAddress? broker, string folder, CancellationToken cancellationToken)
    {
        WebApplicationBuilder builder = WebApplication.CreateBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Configuration.AddInMemoryCollection([new("Storage:Path", folder)]);
        if (string.IsNullOrEmpty(builder.Configuration["urls"]))
            builder.WebHost.UseUrls("http://127.0.0.1:0");

        AddServices(builder.Services, builder.Configuration, isProtected, broker);
        var transport = new ActTransport(isProtected, broker, ConcurrentMessages);
        builder.Services.AddMassTransit(bus =>
        {
            if (!isProtected)
                BarePatience.AddClients(bus, builder.Configuration);
            foreach (IServiceModule module in Modules)
                module.AddConsumers(bus);
            if (isProtected)
                bus.AddMessagingResilience();
            transport.Configure(bus);
        });

        WebApplication app = builder.Build();
        if (isProtected)
        {
            app.MapMessagingResilience();
            app.MapPrometheusScrapingEndpoint();
        }

        await transport.CheckBrokerAsync(app.Services, cancellationToken);
        await app.StartAsync(cancellationToken);
        return new(app, await transport.OpenErrorQueuesAsync(app.Services, cancellationToken));
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(CancellationToken.None);
        await _app.DisposeAsync();
    }

    private static void AddServices(IServiceCollection services, IConfiguration configuration, bool isProtected, BrokerAddress? broker)
    {
        services.AddSingleton<ExecutionCount>().AddSingleton<Outage>().AddSingleton<ReportWeight>();
        foreach (IServiceModule module in Modules)
            module.AddServices(services, configuration);
        services.TryAddSingleton(TimeProvider.System);
        services.Decorate<IUserStore, HangingUserStore>();
        services.Decorate<IReportStore, HeavyReportStore>();
        services.Configure<MassTransitHostOptions>(options => options.WaitUntilStarted = true);
        if (!isProtected)
            return;

        services.AddControlFromThisMachine();
        IMessagingResilienceBuilder resilience = services.AddMessagingResilience(configuration).AddPrometheus();
        if (broker is not null)
            resilience.AddRabbitMqDeadLetters(broker.ToUri());
        foreach (IServiceModule module in Modules)
            module.AddFallbacks(resilience);
    }
}
