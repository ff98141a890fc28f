using MassTransit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenTelemetry.Exporter;

namespace HaptiTalk.Messaging.Resilience.Prometheus.Tests;

/// <summary>A web application with a bus, on a port of its own, that Prometheus can scrape.</summary>
internal sealed class ObservedHost : IAsyncDisposable
{
    private static readonly Dictionary<string, string?> Settings = new(StringComparer.Ordinal)
    {
        ["Resilience:Defaults:CircuitBreaker:FailureThreshold"] = "1000000",
        ["Resilience:Defaults:Retry:InitialDelay"] = "00:00:00.010",
        ["Resilience:Profiles:user:Operations:impatient:Timeout:DefaultTimeout"] = "00:00:00.010",
        ["Resilience:Profiles:user:Operations:impatient:Retry:MaxRetries"] = "0",
        ["Resilience:Profiles:report:CircuitBreaker:FailureThreshold"] = "1",
        ["Resilience:Profiles:report:CircuitBreaker:ResetTimeout"] = "01:00:00",
        ["Resilience:Profiles:report:Retry:MaxRetries"] = "0",
        ["Resilience:Profiles:session:Bulkhead:MaxConcurrentCalls"] = "1",
        ["Resilience:Profiles:session:Bulkhead:QueueCapacity"] = "1",
        ["Resilience:Profiles:session:Bulkhead:Timeout"] = "00:05:00",
        ["Resilience:Profiles:session:Timeout:DefaultTimeout"] = "00:05:00",
        ["Resilience:Profiles:quote:Timeout:DefaultTimeout"] = "00:00:00.400",
        ["Resilience:Profiles:quote:Timeout:AttemptTimeout"] = "00:00:00.100",
        ["Resilience:Profiles:quote:Timeout:ClockSkewTolerance"] = "00:00:00",
        ["Resilience:Profiles:quote:Bulkhead:MaxConcurrentCalls"] = "100",
        ["Resilience:Profiles:quote:Retry:MaxRetries"] = "1",
        ["Resilience:Profiles:quote:Retry:BudgetRatio"] = "0",
        ["Resilience:Profiles:quote:Retry:BudgetFloor"] = "0",
        ["Resilience:Profiles:feedback:CircuitBreaker:FailureThreshold"] = "1000000",
    };

    private readonly WebApplication _application;
    private readonly HttpClient _client;

    private ObservedHost(WebApplication application, HostSettings settings)
    {
        _application = application;
        Changeable = settings;
        Address = new(application.Urls.Single());
        _client = new() { BaseAddress = Address };
    }

    public Uri Address { get; }

    public HostSettings Changeable { get; }

    public IServiceProvider Services => _application.Services;

    public IMessagingResilience Resilience => Services.GetRequiredService<IMessagingResilience>();

    public static async Task<ObservedHost> StartAsync(Action<IServiceCollection>? services = null, Dictionary<string, string?>? settings = null)
    {
        var changeable = new HostSettings(settings);
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { EnvironmentName = "Testing" });
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        ((IConfigurationBuilder)builder.Configuration).AddInMemoryCollection(Settings).Add(changeable);
        builder.Services.Configure<PrometheusAspNetCoreOptions>(static options => options.ScrapeResponseCacheDurationMilliseconds = 0);
        builder.Services.AddMessagingResilience(builder.Configuration).AddPrometheus()
            .OnEvent<Retrying>(static (_, _) => throw new InvalidOperationException("a broken observer"));
        builder.Services.AddMassTransit(static bus =>
        {
            bus.AddHandler(static async (ConsumeContext<GetQuote> context) =>
            {
                // Stubborn: it goes on when its time is over, and answers when nobody waits any longer.
                await Task.Delay(TimeSpan.FromMilliseconds(300), TimeProvider.System, CancellationToken.None);
                await context.RespondAsync(new Quote(1));
            });
            bus.AddHandler(static (ConsumeContext<FeedbackGiven> _) => Task.CompletedTask);
            bus.AddMessagingResilience();
            bus.UsingInMemory(static (context, transport) =>
            {
                transport.UseMessagingResilience(context);
                transport.ConfigureEndpoints(context);
            });
        });
        services?.Invoke(builder.Services);
        WebApplication built = builder.Build();
        built.MapPrometheusScrapingEndpoint();
        await built.StartAsync(TestContext.Current.CancellationToken);
        return new(built, changeable);
    }

    public async Task<string> ScrapeAsync()
    {
        using HttpResponseMessage response = await _client.GetAsync(new Uri("/metrics", UriKind.Relative), TestContext.Current.CancellationToken);
        return await response.EnsureSuccessStatusCode().Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Scrapes until each of the metrics has a series.</summary>
    public async Task<string> ScrapeUntilAsync(IEnumerable<string> metrics)
    {
        string[] wanted = [.. metrics];
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(350));
        for (int scrape = 0; scrape < 100; scrape++)
        {
            string text = await ScrapeAsync();
            if (Array.TrueForAll(wanted, metric => text.Contains($"\n{metric}{{", StringComparison.Ordinal) || text.Contains($"\n{metric} ", StringComparison.Ordinal)))
                return text;
            await pace.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        }

        throw new TimeoutException($"Not all of {string.Join(", ", wanted)} are in\n{await ScrapeAsync()}");
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _application.DisposeAsync();
    }
}
