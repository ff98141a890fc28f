using System.Net.ServerSentEvents;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>Who comes back misses nothing that is kept, and is told when something is not.</summary>
public sealed class EventResumeTests
{
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));

    [Fact]
    public async Task Reconnect_WithTheLastId_GoesOnWhereItWas()
    {
        await using TestApplication application = await StartAsync();
        string lastId;
        await using (EventClient client = await EventClient.ConnectAsync(application))
        {
            Raise(application, 1, 2, 3);
            lastId = (await client.NextAsync(2))[^1].EventId!;
        }

        Raise(application, 4, 5);
        await using EventClient again = await EventClient.ConnectAsync(application, lastEventId: lastId);
        Raise(application, 6);

        (await again.NextRevisionsAsync(4)).ShouldBe([3, 4, 5, 6]);
    }

    [Fact]
    public async Task Reconnect_AgainAndAgainWhileMuchHappens_GetsEachEventOnceAndInOrder()
    {
        const int events = 900;
        await using TestApplication application = await StartAsync();
        var seen = new List<long>();
        EventClient client = await EventClient.ConnectAsync(application);
        Task raising = Task.Run(
            async () =>
            {
                for (int revision = 1; revision <= events; revision++)
                {
                    Raise(application, revision);
                    await Task.Yield();
                }
            },
            TestContext.Current.CancellationToken);

        string? lastId = null;
        while (seen.Count < events)
        {
            SseItem<string> next = (await client.NextAsync()).ShouldNotBeNull();
            next.EventType.ShouldBe("profilesReloaded");
            seen.Add(RevisionOf(next));
            lastId = next.EventId;
            if (seen.Count % 37 == 0)
            {
                await client.DisposeAsync();
                client = await EventClient.ConnectAsync(application, lastEventId: lastId);
            }
        }

        await raising;
        await client.DisposeAsync();
        seen.ShouldBe(Enumerable.Range(1, events).Select(revision => (long)revision));
    }

    [Fact]
    public async Task Reconnect_IdTooOld_IsToldSoAndGetsAllThatIsKept()
    {
        await using TestApplication application = await StartAsync();
        string firstId;
        await using (EventClient client = await EventClient.ConnectAsync(application))
        {
            Raise(application, 1);
            firstId = (await client.NextAsync())!.Value.EventId!;
        }

        Raise(application, [.. Enumerable.Range(2, EventFeed.Capacity + 1)]);
        await using EventClient again = await EventClient.ConnectAsync(application, lastEventId: firstId);

        SseItem<string> reset = (await again.NextAsync()).ShouldNotBeNull();
        (reset.EventType, reset.Data, reset.EventId).ShouldBe(("reset", "{}", null));
        (await again.NextRevisionsAsync(EventFeed.Capacity)).ShouldBe(Enumerable.Range(3, EventFeed.Capacity).Select(revision => (long)revision));
    }

    [Fact]
    public async Task Reconnect_IdJustKept_GetsNoReset()
    {
        await using TestApplication application = await StartAsync();
        string firstId;
        await using (EventClient client = await EventClient.ConnectAsync(application))
        {
            Raise(application, 1);
            firstId = (await client.NextAsync())!.Value.EventId!;
        }

        Raise(application, [.. Enumerable.Range(2, EventFeed.Capacity)]);
        await using EventClient again = await EventClient.ConnectAsync(application, lastEventId: firstId);

        (await again.NextRevisionsAsync(EventFeed.Capacity)).ShouldBe(Enumerable.Range(2, EventFeed.Capacity).Select(revision => (long)revision));
    }

    [Theory]
    [InlineData("1")]
    [InlineData("1767225599999999")]
    [InlineData("9000000000000000")]
    [InlineData("-1")]
    [InlineData("an id of somebody else")]
    public async Task Reconnect_IdOfAnotherProcess_IsToldSoAndGetsAllThatIsKept(string id)
    {
        await using TestApplication application = await StartAsync();
        Raise(application, 1);
        await using EventClient client = await EventClient.ConnectAsync(application, lastEventId: id);

        (await client.NextAsync()).ShouldNotBeNull().EventType.ShouldBe("reset");
        (await client.NextRevisionsAsync(1)).ShouldBe([1]);
    }

    [Fact]
    public async Task Connect_IdInTheAddress_IsAsGoodAsInTheHeader()
    {
        await using TestApplication application = await StartAsync();
        Raise(application, 1, 2);
        await using EventClient client = await EventClient.ConnectAsync(application, "?lastEventId=0");

        (await client.NextAsync()).ShouldNotBeNull().EventType.ShouldBe("reset");
        (await client.NextRevisionsAsync(2)).ShouldBe([1, 2]);
    }

    [Fact]
    public async Task Reconnect_WatcherOfSingleCallsWithinAMinute_GetsWhatHappenedMeanwhile()
    {
        await using TestApplication application = await StartAsync();
        string lastId;
        await using (EventClient client = await EventClient.ConnectAsync(application, "?all=true"))
        {
            Raise(application, 1);
            lastId = (await client.NextAsync())!.Value.EventId!;
        }

        _clock.Advance(TimeSpan.FromSeconds(50));
        await application.FailAsync("repeated");
        await using EventClient again = await EventClient.ConnectAsync(application, "?all=true", lastId);

        (await again.NextAsync(2)).Select(item => item.EventType).ShouldBe(["retrying", "retrying"]);
    }

    [Fact]
    public async Task Reconnect_WatcherOfSingleCallsLater_IsToldThatItMissedSome()
    {
        await using TestApplication application = await StartAsync();
        ResilienceEvents events = application.Services.GetRequiredService<ResilienceEvents>();
        string lastId;
        await using (EventClient client = await EventClient.ConnectAsync(application, "?all=true"))
        {
            Raise(application, 1);
            lastId = (await client.NextAsync())!.Value.EventId!;
        }

        await Condition.BecomesTrueAsync(() =>
        {
            _clock.Advance(TimeSpan.FromMinutes(2));
            return !events.Wants<Retrying>();
        });
        await application.FailAsync("repeated");
        await using EventClient again = await EventClient.ConnectAsync(application, "?all=true", lastId);

        (await again.NextAsync()).ShouldNotBeNull().EventType.ShouldBe("reset");
    }

    [Fact]
    public async Task Reconnect_FloodOfSingleCallsMeanwhile_HasNotWashedAwayTheRest()
    {
        await using TestApplication application = await StartAsync();
        await using EventClient all = await EventClient.ConnectAsync(application, "?all=true");
        string lastId;
        await using (EventClient client = await EventClient.ConnectAsync(application))
        {
            Raise(application, 1);
            lastId = (await client.NextAsync())!.Value.EventId!;
        }

        Raise(application, 2);
        ResilienceEvents events = application.Services.GetRequiredService<ResilienceEvents>();
        for (int i = 0; i < 5 * EventFeed.Capacity; i++)
            events.Raise(new Queued { OccurredAt = _clock.GetUtcNow(), Service = "auth", Side = ResilienceSide.Local, QueueLength = 1 });
        await using EventClient again = await EventClient.ConnectAsync(application, lastEventId: lastId);

        (await again.NextRevisionsAsync(1)).ShouldBe([2]);
    }

    private static long RevisionOf(SseItem<string> item) => System.Text.Json.Nodes.JsonNode.Parse(item.Data)!["revision"]!.GetValue<long>();

    private void Raise(TestApplication application, params IEnumerable<int> revisions)
    {
        ResilienceEvents events = application.Services.GetRequiredService<ResilienceEvents>();
        foreach (int revision in revisions)
            events.Raise(new ProfilesReloaded { OccurredAt = _clock.GetUtcNow(), Revision = revision });
    }

    private Task<TestApplication> StartAsync() => TestApplication.StartAsync(services => services.AddSingleton<TimeProvider>(_clock));
}
