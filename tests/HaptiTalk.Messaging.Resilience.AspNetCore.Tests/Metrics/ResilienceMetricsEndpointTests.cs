using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace HaptiTalk.Messaging.Resilience.Tests;

public sealed class ResilienceMetricsEndpointTests
{
    [Fact]
    public async Task Get_CallsOfEveryKind_AnswersTheDocumentedShapeToTheLetter()
    {
        await using TestApplication application = await TestApplication.StartAsync();
        application.Auth.RegisterFallback("degraded", (_, _) => new ValueTask<string>("degraded"));
        for (int i = 0; i < 4; i++)
            await application.SucceedAsync();
        await application.FailAsync();
        await application.RunAsync(TestApplication.Broken(), "degraded");
        await application.SucceedAsync();
        var end = new TaskCompletionSource<string>();
        Task<string>[] running = [.. Enumerable.Range(0, 3).Select(_ => application.RunAsync(end.Task))];

        Documented(await application.GetAsync("/resilience/metrics")).ShouldBe(
            """
            {
              "auth": {
                "policy": "auth-service",
                "healthy": true,
                "executions": {
                  "totalExecutions": 7,
                  "successfulExecutions": 5,
                  "failedExecutions": 2,
                  "fallbackExecutions": 1
                },
                "circuitBreaker": {
                  "state": "CLOSED",
                  "failureCount": 0
                },
                "bulkhead": {
                  "activeCalls": 3,
                  "queueLength": 0
                }
              }
            }
            """);
        end.SetResult("real");
        await Task.WhenAll(running);
    }

    [Fact]
    public async Task Get_Additions_StandAfterTheDocumentedFields()
    {
        await using TestApplication application = await TestApplication.StartAsync();
        await application.SucceedAsync();
        using JsonDocument json = JsonDocument.Parse(await application.GetAsync("/resilience/metrics"));
        JsonElement auth = json.RootElement.GetProperty("auth");

        auth.EnumerateObject().Select(property => property.Name).Take(5).ShouldBe(["policy", "healthy", "executions", "circuitBreaker", "bulkhead"]);
        auth.GetProperty("sides").GetProperty("local").GetProperty("executions").GetProperty("totalExecutions").GetInt64().ShouldBe(1);
    }

    [Fact]
    public async Task Get_NothingRun_AnswersAnEmptyObject()
    {
        await using TestApplication application = await TestApplication.StartAsync();

        (await application.GetAsync("/resilience/metrics")).ShouldBe("{}");
    }

    [Fact]
    public async Task Get_IsolatedBeforeAnythingRan_SaysSo()
    {
        await using TestApplication application = await TestApplication.StartAsync();
        application.Services.GetRequiredService<IResilienceControl>().Isolate(new("auth"), "anna");
        using JsonDocument json = JsonDocument.Parse(await application.GetAsync("/resilience/metrics"));
        JsonElement auth = json.RootElement.GetProperty("auth");

        auth.GetProperty("healthy").GetBoolean().ShouldBeFalse();
        auth.GetProperty("circuitBreaker").GetProperty("state").GetString().ShouldBe("ISOLATED");
        auth.GetProperty("executions").GetProperty("totalExecutions").GetInt64().ShouldBe(0);
    }

    [Theory]
    [InlineData((int)CircuitState.Closed, "CLOSED", true)]
    [InlineData((int)CircuitState.Open, "OPEN", false)]
    [InlineData((int)CircuitState.HalfOpen, "HALF_OPEN", false)]
    [InlineData((int)CircuitState.Isolated, "ISOLATED", false)]
    public void From_EachState_HasItsNameAndHealth(int state, string name, bool healthy)
    {
        ServiceMetrics metrics = ServiceMetrics.From([Snapshot(ResilienceSide.Client, (CircuitState)state)])["auth"];

        (metrics.CircuitBreaker.State, metrics.Healthy).ShouldBe((name, healthy));
    }

    [Fact]
    public void From_SeveralSides_AddsThemUpAndShowsTheWorstBreaker()
    {
        ServiceMetrics metrics = ServiceMetrics.From(
        [
            Snapshot(ResilienceSide.Client, CircuitState.HalfOpen) with { SuccessfulExecutions = 10, FailureCount = 1, ActiveCalls = 1 },
            Snapshot(ResilienceSide.Consumer, CircuitState.Open) with { FailedExecutions = 7, FallbackExecutions = 2, FailureCount = 5, QueueLength = 4 },
            Snapshot(ResilienceSide.Local, CircuitState.Closed) with { SuccessfulExecutions = 1, ActiveCalls = 2 },
        ])["auth"];

        metrics.Healthy.ShouldBeFalse();
        metrics.Executions.ShouldBe(new(TotalExecutions: 18, SuccessfulExecutions: 11, FailedExecutions: 7, FallbackExecutions: 2));
        metrics.CircuitBreaker.ShouldBe(new("OPEN", FailureCount: 5));
        metrics.Bulkhead.ShouldBe(new(ActiveCalls: 3, QueueLength: 4));
        metrics.Sides!.Keys.ShouldBe(["client", "consumer", "local"]);
        metrics.Sides["client"].CircuitBreaker.State.ShouldBe("HALF_OPEN");
    }

    [Fact]
    public async Task Get_ServicesOfTheProcess_HaveOneEntryEach()
    {
        await using TestApplication application = await TestApplication.StartAsync();
        await application.OpenReportAsync();
        await application.SucceedAsync("validateToken");
        await application.SucceedAsync("getUserProfile");
        using JsonDocument json = JsonDocument.Parse(await application.GetAsync("/resilience/metrics"));

        json.RootElement.EnumerateObject().Select(service => service.Name).ShouldBe(["auth", "report"]);
        json.RootElement.GetProperty("report").GetProperty("healthy").GetBoolean().ShouldBeFalse();
        json.RootElement.GetProperty("report").GetProperty("circuitBreaker").GetRawText().ShouldBe("""{"state":"OPEN","failureCount":1}""");
    }

    [Fact]
    public async Task Get_HostWithItsOwnJsonStyle_StillAnswersTheDocumentedNames()
    {
        await using TestApplication application = await TestApplication.StartAsync(services => services.ConfigureHttpJsonOptions(json =>
        {
            json.SerializerOptions.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower;
            json.SerializerOptions.DictionaryKeyPolicy = JsonNamingPolicy.SnakeCaseUpper;
        }));
        await application.SucceedAsync();
        using JsonDocument json = JsonDocument.Parse(await application.GetAsync("/resilience/metrics"));

        json.RootElement.GetProperty("auth").GetProperty("circuitBreaker").GetProperty("failureCount").GetInt32().ShouldBe(0);
    }

    [Fact]
    public async Task Get_Answer_IsJson()
    {
        await using TestApplication application = await TestApplication.StartAsync();
        using HttpResponseMessage response = await application.Client.GetAsync(new Uri("/resilience/metrics", UriKind.Relative), TestContext.Current.CancellationToken);

        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        response.Content.Headers.ContentType!.MediaType.ShouldBe("application/json");
    }

    [Fact]
    public async Task Map_ReturnedGroup_TakesWhatTheHostAddsToIt()
    {
        await using TestApplication application = await TestApplication.StartAsync(application: static web => web
            .MapMessagingResilience()
            .AddEndpointFilter(static (context, next) => ValueTask.FromResult<object?>(Results.StatusCode(StatusCodes.Status403Forbidden))));
        using HttpResponseMessage response = await application.Client.GetAsync(new Uri("/resilience/metrics", UriKind.Relative), TestContext.Current.CancellationToken);

        response.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    /// <summary>The answer without its additions, laid out as the documentation shows it.</summary>
    private static string Documented(string json)
    {
        var services = JsonNode.Parse(json)!.AsObject();
        foreach ((_, JsonNode? service) in services)
            service!.AsObject().Remove("sides");
        return services.ToJsonString(new() { WriteIndented = true, NewLine = "\n" });
    }

    private static ServiceSnapshot Snapshot(ResilienceSide side, CircuitState state) => new(
        "auth",
        side,
        Operation: null,
        SuccessfulExecutions: 0,
        FailedExecutions: 0,
        FallbackExecutions: 0,
        state,
        FailureCount: 0,
        TimeUntilProbe: null,
        ActiveCalls: 0,
        QueueLength: 0);
}
