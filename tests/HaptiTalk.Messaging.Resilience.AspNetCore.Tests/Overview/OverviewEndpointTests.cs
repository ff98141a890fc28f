using System.Text.Json.Nodes;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace HaptiTalk.Messaging.Resilience.Tests;

public sealed class OverviewEndpointTests
{
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));

    [Fact]
    public async Task Get_NothingRun_ShowsTheHostAndNoServices()
    {
        await using TestApplication application = await StartAsync();

        (await application.GetAsync("/resilience/overview")).ShouldStartWith(
            """{"time":"2026-01-01T00:00:00.000Z","environment":"Testing","revision":1,"canControl":false,"problems":[],"services":[],"pausedEndpoints":[],"lostBrokers":[],"controlProblem":"Outside Development, nobody""");
    }

    [Fact]
    public async Task Get_CircuitOpen_ShowsEveryMemberOfItsRow()
    {
        await using TestApplication application = await StartAsync();
        await application.OpenReportAsync();
        _clock.Advance(TimeSpan.FromSeconds(30));
        await Should.ThrowAsync<CircuitOpenRejectedException>(application.RunReportAsync());

        (await application.GetJsonAsync("/resilience/overview"))["services"]!.ToJsonString().ShouldBe(
            """
            [{"service":"report","side":"local","operation":null,"state":"OPEN","failureCount":1,"timeUntilProbeSeconds":60,
            "since":"2026-01-01T00:00:00.000Z","openReason":"consecutiveFailures",
            "executions":{"successful":0,"failed":2,"fallback":0,"rejected":1},
            "lastMinute":{"successful":0,"failed":2,"fallback":0,"rejected":1},"callsPerSecond":0.067,"p99Seconds":1E-06,
            "activeCalls":0,"maxConcurrentCalls":10,"queueLength":0,"queueCapacity":5,"heldMessages":0,
            "circuits":[{"operation":null,"state":"OPEN","failureCount":1,"timeUntilProbeSeconds":60,
            "since":"2026-01-01T00:00:00.000Z","openReason":"consecutiveFailures",
            "cause":{"exceptionType":"System.InvalidOperationException","message":"broken","frame":null,"messageId":null,"distinctMessages":0},
            "disabledUntil":null,"heldMessages":0}]}]
            """.ReplaceLineEndings(string.Empty));
    }

    [Fact]
    public async Task Get_CircuitClosed_HasNoTimeOfAProbe()
    {
        await using TestApplication application = await StartAsync();
        await application.SucceedAsync();

        JsonNode row = (await application.GetJsonAsync("/resilience/overview"))["services"]![0]!;

        (row["state"]!.GetValue<string>(), row["timeUntilProbeSeconds"], row["since"], row["openReason"]).ShouldBe(("CLOSED", null, null, null));
    }

    [Fact]
    public async Task Get_CallsOfAMinuteAgo_AreNotRecentAnyMore()
    {
        await using TestApplication application = await StartAsync();
        await application.SucceedAsync();
        _clock.Advance(TimeSpan.FromSeconds(65));

        JsonNode row = (await application.GetJsonAsync("/resilience/overview"))["services"]![0]!;

        (row["callsPerSecond"]!.GetValue<double>(), row["p99Seconds"]).ShouldBe((0, null));
    }

    [Fact]
    public async Task Get_OperationWithAStateOfItsOwn_HasARowOfItsOwn()
    {
        await using TestApplication application = await StartAsync(
            [new("Resilience:Profiles:auth:Operations:alone:Scope", "Operation")]);
        await application.SucceedAsync("alone");
        await application.SucceedAsync();

        (await application.GetJsonAsync("/resilience/overview"))["services"]!.AsArray()
            .Select(row => row!["operation"]?.GetValue<string>()).ShouldBe([null, "alone"]);
    }

    [Fact]
    public async Task Get_ConsumedOperations_HasACircuitForEachInOneRow()
    {
        await using TestApplication application = await StartAsync();
        ServiceStates states = application.Services.GetRequiredService<ServiceStates>();
        CircuitBreaker placed = states.Get(ResilienceSide.Consumer, "auth", "orderPlaced").Circuit.Breaker;
        states.Get(ResilienceSide.Consumer, "auth", "reserveStock");
        var id = Guid.NewGuid();
        while (placed.TryEnter(out CircuitPermit permit))
            placed.Exit(permit, CallVerdict.Failure, new(new IOException("poison"), FailureClassifier.Default, new HostFrames([]), id));

        JsonNode row = (await application.GetJsonAsync("/resilience/overview"))["services"]!.AsArray().ShouldHaveSingleItem()!;

        (row["operation"], row["state"]!.GetValue<string>(), row["openReason"]!.GetValue<string>()).ShouldBe((null, "OPEN", "consecutiveFailures"));
        row["circuits"]!.AsArray().Select(circuit => (circuit!["operation"]!.GetValue<string>(), circuit["state"]!.GetValue<string>()))
            .ShouldBe([("orderPlaced", "OPEN"), ("reserveStock", "CLOSED")]);
        row["circuits"]![0]!["cause"]!.ToJsonString().ShouldBe(
            $$"""{"exceptionType":"System.IO.IOException","message":"poison","frame":null,"messageId":"{{id}}","distinctMessages":1}""");
    }

    [Fact]
    public async Task Get_IsolatedBeforeAnythingRan_HasARowForEachSide()
    {
        await using TestApplication application = await StartAsync();
        IResilienceControl control = application.Services.GetRequiredService<IResilienceControl>();
        control.Isolate(new("auth"), "anna");
        control.Close(new("auth", ResilienceSide.Publisher), "anna");

        JsonArray rows = (await application.GetJsonAsync("/resilience/overview"))["services"]!.AsArray();

        rows.Select(row => (row!["side"]!.GetValue<string>(), row["state"]!.GetValue<string>(), row["since"]!.GetValue<string>())).ShouldBe(
        [
            ("client", "ISOLATED", "2026-01-01T00:00:00.000Z"),
            ("consumer", "ISOLATED", "2026-01-01T00:00:00.000Z"),
            ("local", "ISOLATED", "2026-01-01T00:00:00.000Z"),
        ]);
        rows[0]!["maxConcurrentCalls"]!.GetValue<int>().ShouldBe(3);
    }

    [Fact]
    public async Task Get_ReloadFailed_ListsWhatIsWrongByPath()
    {
        await using TestApplication application = await StartAsync();
        var configuration = (IConfigurationRoot)application.Services.GetRequiredService<IConfiguration>();
        configuration["Resilience:Profiles:auth:Retry:MaxRetries"] = "many";
        configuration.Reload();

        JsonNode problem = (await application.GetJsonAsync("/resilience/overview"))["problems"]![0]!;

        problem["path"]!.GetValue<string>().ShouldBe("Resilience:Profiles:auth:Retry:MaxRetries");
        problem["value"]!.GetValue<string>().ShouldBe("many");
        problem["message"]!.GetValue<string>().ShouldContain("0 to 100");
    }

    private Task<TestApplication> StartAsync(KeyValuePair<string, string?>[]? settings = null) => TestApplication.StartAsync(
        services => services.AddSingleton<TimeProvider>(_clock), settings: settings);
}
