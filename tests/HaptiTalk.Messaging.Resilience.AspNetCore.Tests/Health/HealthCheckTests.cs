using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Time.Testing;

namespace HaptiTalk.Messaging.Resilience.Tests;

public sealed class HealthCheckTests
{
    private const string Begin = "2026-01-01T00:00:00.000Z";

    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));

    [Fact]
    public async Task Get_EverythingWorks_IsHealthy()
    {
        await using TestApplication application = await StartAsync();

        (await application.GetAsync("/health")).ShouldBe("Healthy");
        (await EntryAsync(application)).Data.ShouldBeEmpty();
    }

    [Fact]
    public async Task Get_CircuitOpen_IsDegradedAndStillAnswers200()
    {
        await using TestApplication application = await StartAsync();
        await application.OpenReportAsync();

        (await application.GetAsync("/health")).ShouldBe("Degraded");
    }

    [Fact]
    public async Task Get_CircuitOpen_SaysSinceWhenAndWhy()
    {
        await using TestApplication application = await StartAsync();
        await application.OpenReportAsync();
        _clock.Advance(TimeSpan.FromSeconds(30));

        HealthReportEntry entry = await EntryAsync(application);

        DataOf(entry, "circuit/report/local/all").ShouldBe(("OPEN", Begin, "ConsecutiveFailures: System.InvalidOperationException: broken"));
        entry.Description.ShouldBe($"circuit/report/local/all is OPEN since {Begin}: ConsecutiveFailures: System.InvalidOperationException: broken.");
    }

    [Fact]
    public async Task Get_CircuitIsolated_SaysSinceWhen()
    {
        await using TestApplication application = await StartAsync();
        await application.SucceedAsync();
        application.Services.GetRequiredService<IResilienceControl>().Isolate(new("auth"), "anna");

        DataOf(await EntryAsync(application), "circuit/auth/local/all").ShouldBe(("ISOLATED", Begin, "isolated by hand"));
    }

    [Fact]
    public async Task Get_CircuitDisabled_IsDegradedUntilItEnds()
    {
        await using TestApplication application = await StartAsync();
        await application.SucceedAsync();
        application.Services.GetRequiredService<IResilienceControl>().Disable(new("auth"), TimeSpan.FromMinutes(5), "anna");

        HealthReportEntry entry = await EntryAsync(application);
        _clock.Advance(TimeSpan.FromMinutes(5));

        DataOf(entry, "circuit/auth/local/all").ShouldBe(("DISABLED", Begin, "disabled by hand until 2026-01-01T00:05:00.000Z"));
        (await application.GetAsync("/health")).ShouldBe("Healthy");
    }

    [Fact]
    public async Task Get_IsolatedBeforeAnythingRan_IsDegradedUntilItIsClosed()
    {
        await using TestApplication application = await StartAsync();
        IResilienceControl control = application.Services.GetRequiredService<IResilienceControl>();
        control.Isolate(new("auth", ResilienceSide.Consumer), "anna");
        HealthReportEntry isolated = await EntryAsync(application);
        control.Close(new("auth"), "anna");

        isolated.Status.ShouldBe(HealthStatus.Degraded);
        DataOf(isolated, "circuit/auth/consumer/all").ShouldBe(("ISOLATED", Begin, "isolated by hand"));
        (await application.GetAsync("/health")).ShouldBe("Healthy");
    }

    [Fact]
    public async Task Get_ReloadFailed_IsDegradedUntilAGoodOneApplies()
    {
        await using TestApplication application = await StartAsync();
        var configuration = (IConfigurationRoot)application.Services.GetRequiredService<IConfiguration>();
        _clock.Advance(TimeSpan.FromMinutes(1));

        configuration["Resilience:Profiles:auth:Retry:MaxRetries"] = "many";
        configuration.Reload();
        HealthReportEntry afterBad = await EntryAsync(application);
        configuration["Resilience:Profiles:auth:Retry:MaxRetries"] = "1";
        configuration.Reload();

        afterBad.Status.ShouldBe(HealthStatus.Degraded);
        DataOf(afterBad, "configuration/Resilience:Profiles:auth:Retry:MaxRetries").ShouldBe((
            "INVALID",
            "2026-01-01T00:01:00.000Z",
            "Resilience:Profiles:auth:Retry:MaxRetries = 'many': is not a whole number; allowed: 0 to 100."));
        (await application.GetAsync("/health")).ShouldBe("Healthy");
    }

    [Fact]
    public async Task Get_EndpointPaused_IsDegradedUntilItResumes()
    {
        await using TestApplication application = await StartAsync();
        (ResilienceTelemetry telemetry, OperationState operation) = Consumer(application);
        var endpoint = new Uri("rabbitmq://localhost/user-created");

        telemetry.EndpointPaused(operation, endpoint, TimeSpan.FromMinutes(2));
        HealthReportEntry paused = await EntryAsync(application);
        string overview = (await application.GetJsonAsync("/resilience/overview"))["pausedEndpoints"]!.ToJsonString();
        telemetry.EndpointResumed(operation, endpoint, TimeSpan.FromMinutes(1));

        paused.Status.ShouldBe(HealthStatus.Degraded);
        (string? state, string? since, string? reason) = DataOf(paused, "endpoint/rabbitmq://localhost/user-created");
        (state, since).ShouldBe(("PAUSED", Begin));
        reason.ShouldBe("The circuit of 'userCreated' of 'user' did not close while messages were held for 00:02:00. It resumes when the circuit admits a probe.");
        overview.ShouldStartWith($$"""[{"endpoint":"rabbitmq://localhost/user-created","service":"user","state":"PAUSED","since":"{{Begin}}","reason":"The circuit of""");
        (await application.GetAsync("/health")).ShouldBe("Healthy");
    }

    [Fact]
    public async Task CheckHealthAsync_EndpointStandsAside_SaysForHowMany()
    {
        await using TestApplication application = await StartAsync();
        (ResilienceTelemetry telemetry, OperationState operation) = Consumer(application);

        telemetry.EndpointStoodAside(operation, new("rabbitmq://localhost/user-created"), others: 2);

        (string? state, string? since, string? reason) = DataOf(await EntryAsync(application), "endpoint/rabbitmq://localhost/user-created");
        (state, since).ShouldBe(("ASIDE", Begin));
        reason.ShouldNotBeNull().ShouldStartWith("The circuit of 'userCreated' of 'user' is open, and others consumed its queue: 2.");
    }

    [Fact]
    public async Task Get_BrokerLost_IsDegradedUntilItIsBack()
    {
        await using TestApplication application = await StartAsync();
        BrokerTelemetry telemetry = application.Services.GetRequiredService<BrokerTelemetry>();

        telemetry.Lost("rabbitmq://broker/", "no answer within 2 s");
        HealthReportEntry lost = await EntryAsync(application);
        string overview = (await application.GetJsonAsync("/resilience/overview"))["lostBrokers"]!.ToJsonString();
        telemetry.Back("rabbitmq://broker/", TimeSpan.FromSeconds(3));

        lost.Status.ShouldBe(HealthStatus.Degraded);
        DataOf(lost, "broker/rabbitmq://broker/").ShouldBe(("LOST", Begin, "no answer within 2 s"));
        overview.ShouldBe($$"""[{"broker":"rabbitmq://broker/","since":"{{Begin}}","reason":"no answer within 2 s"}]""");
        (await application.GetAsync("/health")).ShouldBe("Healthy");
    }

    [Fact]
    public async Task Get_EndpointOfAServiceWithOneCircuit_NamesTheServiceAlone()
    {
        await using TestApplication application = await StartAsync(settings: [new("Resilience:Profiles:user:Scope", "Service")]);
        (ResilienceTelemetry telemetry, OperationState operation) = Consumer(application);
        telemetry.EndpointPaused(operation, new Uri("rabbitmq://localhost/user-created"), TimeSpan.FromMinutes(2));

        DataOf(await EntryAsync(application), "endpoint/rabbitmq://localhost/user-created").Reason.ShouldNotBeNull()
            .ShouldStartWith("The circuit of 'user' did not close");
    }

    [Fact]
    public async Task Get_EndpointStuck_SaysWhatToDo()
    {
        await using TestApplication application = await StartAsync();
        (ResilienceTelemetry telemetry, OperationState operation) = Consumer(application);
        var endpoint = new Uri("rabbitmq://localhost/user-created");

        telemetry.EndpointPaused(operation, endpoint, TimeSpan.FromMinutes(2));
        telemetry.EndpointStuck(new InvalidOperationException("broken"), endpoint);

        (string? state, _, string? reason) = DataOf(await EntryAsync(application), "endpoint/rabbitmq://localhost/user-created");
        state.ShouldBe("STUCK");
        reason.ShouldNotBeNull().ShouldContain("restart the process");
    }

    [Fact]
    public async Task Get_Liveness_LeavesItOut()
    {
        await using TestApplication application = await StartAsync(services => services.AddHealthChecks().AddCheck("alive", () => HealthCheckResult.Healthy(), ["live"]));
        await application.OpenReportAsync();

        (await application.GetAsync("/health/live")).ShouldBe("Healthy");
        (await application.GetAsync("/health/ready")).ShouldBe("Degraded");
    }

    private static (ResilienceTelemetry Telemetry, OperationState Operation) Consumer(TestApplication application)
    {
        OperationState operation = application.Services.GetRequiredService<ServiceStates>().Get(ResilienceSide.Consumer, "user", "userCreated");
        return (operation.State.Telemetry, operation);
    }

    private static async Task<HealthReportEntry> EntryAsync(TestApplication application)
    {
        HealthReport report = await application.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(TestContext.Current.CancellationToken);
        HealthReportEntry entry = report.Entries["messaging-resilience"];
        entry.Tags.ShouldBe(["ready", "messaging-resilience"]);
        return entry;
    }

    private static (string? State, string? Since, string? Reason) DataOf(HealthReportEntry entry, string key)
    {
        var data = (IReadOnlyDictionary<string, string?>)entry.Data[key];
        return (data["state"], data["since"], data["reason"]);
    }

    private Task<TestApplication> StartAsync(
        Action<IServiceCollection>? services = null, IEnumerable<KeyValuePair<string, string?>>? settings = null) => TestApplication.StartAsync(
        all =>
        {
            all.AddSingleton<TimeProvider>(_clock).AddHealthChecks().AddMessagingResilience();
            services?.Invoke(all);
        },
        app =>
        {
            app.MapMessagingResilience();
            app.MapHealthChecks("/health");
            app.MapHealthChecks("/health/live", new HealthCheckOptions { Predicate = check => check.Tags.Contains("live") });
            app.MapHealthChecks("/health/ready", new HealthCheckOptions { Predicate = check => check.Tags.Contains("ready") });
        },
        settings: settings);
}
