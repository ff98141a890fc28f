using System.Net;
using System.Net.ServerSentEvents;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>The events as a client gets them, over real connections to a real server.</summary>
public sealed class EventStreamTests
{
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));

    [Fact]
    public async Task Get_EventsOfAService_AreSentAsDocumented()
    {
        await using TestApplication application = await StartAsync();
        await using EventClient client = await EventClient.ConnectAsync(application);
        await application.OpenReportAsync();

        SseItem<string> opened = (await client.NextAsync()).ShouldNotBeNull();

        opened.EventType.ShouldBe("circuitBreakerOpened");
        opened.EventId.ShouldBe("1767225600000001");
        opened.Data.ShouldBe(
            """
            {"time":"2026-01-01T00:00:00.000Z","type":"circuitBreakerOpened","service":"report","side":"local","operation":null,
            "reason":"consecutiveFailures","failures":1,"resetTimeout":"00:01:30",
            "cause":{"exceptionType":"System.InvalidOperationException","message":"broken","frame":null,"messageId":null,"distinctMessages":0}}
            """.ReplaceLineEndings(string.Empty));
        client.Response.Content.Headers.ContentType!.MediaType.ShouldBe("text/event-stream");
        client.Response.Headers.CacheControl!.NoStore.ShouldBeTrue();
    }

    [Fact]
    public async Task Get_ChangeByHand_LooksAsInTheAudit()
    {
        await using TestApplication application = await StartAsync();
        await application.SucceedAsync();
        await using EventClient client = await EventClient.ConnectAsync(application);
        application.Services.GetRequiredService<IResilienceControl>().Isolate(new("auth"), "anna", "maintenance");

        SseItem<string>[] told = await client.NextAsync(2);

        told.Select(item => item.EventType).ShouldBe(["circuitBreakerIsolated", "controlChanged"]);
        told[1].Data.ShouldBe(
            """
            {"time":"2026-01-01T00:00:00.000Z","type":"controlChanged","who":"anna","action":"isolate","target":"auth/all sides/all operations",
            "before":"local Closed","after":"local Isolated","reason":"maintenance"}
            """.ReplaceLineEndings(string.Empty));
    }

    [Fact]
    public async Task Get_ByDefault_LeavesOutWhatHappensToSingleCalls()
    {
        await using TestApplication application = await StartAsync();
        await using EventClient all = await EventClient.ConnectAsync(application, "?all=true");
        await using EventClient rare = await EventClient.ConnectAsync(application);
        await application.FailAsync("repeated");
        await application.OpenReportAsync();

        SseItem<string>[] told = await all.NextAsync(3);
        told.Select(item => item.EventType).ShouldBe(["retrying", "retrying", "circuitBreakerOpened"]);
        var retrying = JsonNode.Parse(told[0].Data)!;
        (retrying["operation"]!.GetValue<string>(), retrying["attempt"]!.GetValue<int>(), retrying["failure"]!.GetValue<string>())
            .ShouldBe(("repeated", 1, "System.InvalidOperationException"));
        (await rare.NextAsync()).ShouldNotBeNull().EventType.ShouldBe("circuitBreakerOpened");
    }

    [Fact]
    public async Task Raise_NobodyWatchesSingleCalls_MakesNoEventOfThem()
    {
        await using TestApplication application = await StartAsync();
        ResilienceEvents events = application.Services.GetRequiredService<ResilienceEvents>();
        await using (await EventClient.ConnectAsync(application))
            events.Wants<Retrying>().ShouldBeFalse();
        await using (await EventClient.ConnectAsync(application, "?all=true"))
            events.Wants<Retrying>().ShouldBeTrue();

        await UntilAsync(() =>
        {
            _clock.Advance(TimeSpan.FromMinutes(2));
            return !events.Wants<Retrying>();
        });
    }

    [Fact]
    public async Task Get_Heartbeat_ComesWhereNothingHappens()
    {
        await using TestApplication application = await StartAsync();
        using HttpResponseMessage response = await application.Client.GetAsync(
            new Uri("/resilience/events", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        using var lines = new StreamReader(await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken));
        (await ReadLineAsync(lines)).ShouldBe("retry: 2000");
        (await ReadLineAsync(lines)).ShouldBe(string.Empty);

        Task<string?> heartbeat = ReadLineAsync(lines);
        await UntilAsync(() =>
        {
            _clock.Advance(TimeSpan.FromSeconds(5));
            return heartbeat.IsCompleted;
        });

        (await heartbeat).ShouldBe(":");
    }

    [Fact]
    public async Task Get_AllThatIsNoFlag_IsAProblem()
    {
        await using TestApplication application = await StartAsync();

        (await application.SendAsync(HttpMethod.Get, "/resilience/events?all=some")).ShouldBeProblem(HttpStatusCode.BadRequest).Errors["all"]
            .ShouldBe("is neither true nor false.");
    }

    [Fact]
    public async Task StopAsync_ClientsWatching_EndsTheirStreamsAndDoesNotWaitForThem()
    {
        await using TestApplication application = await StartAsync();
        await using EventClient rare = await EventClient.ConnectAsync(application);
        await using EventClient all = await EventClient.ConnectAsync(application, "?all=true");

        await application.StopAsync().WaitAsync(TimeSpan.FromSeconds(10), TimeProvider.System, TestContext.Current.CancellationToken);

        (await rare.NextAsync()).ShouldBeNull();
        (await all.NextAsync()).ShouldBeNull();
    }

    private static Task<string?> ReadLineAsync(StreamReader lines) => lines.ReadLineAsync(TestContext.Current.CancellationToken).AsTask();

    private static Task UntilAsync(Func<bool> condition) => Condition.BecomesTrueAsync(condition);

    private Task<TestApplication> StartAsync() => TestApplication.StartAsync(services => services.AddSingleton<TimeProvider>(_clock));
}
