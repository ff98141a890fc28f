using System.Diagnostics;
using HaptiTalk.Messaging.Resilience.Tests;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace HaptiTalk.Messaging.Resilience.Redis.Tests;

/// <summary>Last good replies on a real Redis: shared by hosts while it is there, and nobody's hindrance while it is not.</summary>
public sealed class LastGoodReplyTests : IDisposable
{
    private const string Lost = "The distributed cache cannot be reached.";

    private readonly Callee _callee = new();
    private readonly Warnings _warnings = new();
    private readonly List<Exception> _unobserved = [];

    public LastGoodReplyTests() => TaskScheduler.UnobservedTaskException += Observe;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task GetResponse_SecondHostWithEmptyMemory_GetsTheReplyThroughRedis()
    {
        await using RedisServer redis = await RedisServer.StartNewAsync();
        await RememberedByAnotherHostAsync(redis, "x", "y");
        _callee.Behaviour = Callee.Fails;
        await using TestBus second = await StartAsync(redis);

        Response<Answer> x = await AskAsync(second, "x");
        Response<Answer> y = await AskAsync(second, "y");

        (x.Message.Text, y.Message.Text).ShouldBe(("x", "y"));
        x.IsFallback(out FallbackReason reason).ShouldBeTrue();
        reason.ShouldBe(FallbackReason.Failed);
        x.TryGetFallbackAge(out TimeSpan age).ShouldBeTrue();
        age.ShouldBeGreaterThan(TimeSpan.Zero);
        await Should.ThrowAsync<RequestFaultException>(AskAsync(second, "z"));
        _warnings.ShouldBeEmpty();
    }

    [Fact]
    public async Task GetResponse_HostIsStillRunning_RedisHasTheReplyBeforeItEnds()
    {
        await using RedisServer redis = await RedisServer.StartNewAsync();
        await using TestBus first = await StartAsync(redis);
        await AskAsync(first, "x");
        await UntilAsync(async () => await redis.CountAsync() == 1, "it is in Redis");

        _callee.Behaviour = Callee.Fails;
        await using TestBus second = await StartAsync(redis);
        (await AskAsync(second, "x")).IsFallback().ShouldBeTrue();
    }

    [Theory]
    [InlineData("killed")]
    [InlineData("frozen")]
    public async Task GetResponse_RedisGoesMidway_CallsAreAnsweredMemoryStandsInAndNothingWaits(string how)
    {
        await using RedisServer redis = await RedisServer.StartNewAsync();
        await RememberedByAnotherHostAsync(redis, "elsewhere");
        await using (TestBus bus = await StartAsync(redis))
        {
            await AskAsync(bus, "before");
            await UntilAsync(async () => await redis.CountAsync() == 2, "it is in Redis");
            await (how == "killed" ? redis.KillAsync() : redis.FreezeAsync());

            // With a wait of 250 ms each, let alone Redis's own five seconds, either would take ten.
            TimeSpan answered = await TimeOfAsync(40, call => AskAsync(bus, $"{call}"));
            answered.ShouldBeLessThan(TimeSpan.FromSeconds(4));

            _callee.Behaviour = Callee.Fails;
            (await AskAsync(bus, "before")).IsFallback().ShouldBeTrue();
            (await AskAsync(bus, "39")).IsFallback().ShouldBeTrue();
            TimeSpan failed = await TimeOfAsync(40, async _ => await Should.ThrowAsync<RequestFaultException>(AskAsync(bus, "elsewhere")));
            failed.ShouldBeLessThan(TimeSpan.FromSeconds(4));

            await UntilAsync(() => Task.FromResult(!_warnings.IsEmpty), "it is noticed");
            TimeSpan stopped = await TimeOfAsync(1, _ => bus.StopAsync());
            stopped.ShouldBeLessThan(TimeSpan.FromSeconds(10));
        }

        _warnings.ShouldHaveSingleItem().ShouldStartWith(Lost);
        NothingUnobserved();
    }

    [Fact]
    public async Task GetResponse_RedisIsBack_RepliesAreRememberedAgainAndASecondHostReadsThem()
    {
        await using RedisServer redis = await RedisServer.StartNewAsync();
        await using TestBus first = await StartAsync(redis);
        await AskAsync(first, "x");
        await UntilAsync(async () => await redis.CountAsync() == 1, "it is in Redis");
        await redis.KillAsync();
        await UntilAsync(
            async () =>
            {
                await AskAsync(first, "x");
                return !_warnings.IsEmpty;
            },
            "it is noticed");

        await redis.StartAsync();
        await UntilAsync(
            async () =>
            {
                await AskAsync(first, "x");
                return await redis.CountAsync() == 1;
            },
            "it is in Redis again");

        _callee.Behaviour = Callee.Fails;
        await using TestBus second = await StartAsync(redis);
        (await AskAsync(second, "x")).IsFallback().ShouldBeTrue();
        _warnings.ShouldHaveSingleItem().ShouldStartWith(Lost);
        NothingUnobserved();
    }

    [Fact]
    public async Task GetResponse_HostStartsWhileRedisIsFrozen_BelievesLaterWhatWasWrittenBefore()
    {
        await using RedisServer redis = await RedisServer.StartNewAsync();
        await RememberedByAnotherHostAsync(redis, "x");
        await redis.FreezeAsync();
        _callee.Behaviour = Callee.Fails;
        await using TestBus second = await StartAsync(redis);
        await Should.ThrowAsync<RequestFaultException>(AskAsync(second, "x"));
        await UntilAsync(() => Task.FromResult(!_warnings.IsEmpty), "it is noticed");

        await redis.ThawAsync();

        await UntilAsync(
            async () =>
            {
                try
                {
                    return (await AskAsync(second, "x")).IsFallback();
                }
                catch (RequestFaultException)
                {
                    return false;
                }
            },
            "the reply from before stands in");
    }

    [Fact]
    public async Task GetResponse_RedisWasNeverThere_CallsAreAnsweredAndMemoryStandsIn()
    {
        await using RedisServer redis = RedisServer.NotStarted();
        await using TestBus bus = await StartAsync(redis);

        TimeSpan answered = await TimeOfAsync(40, call => AskAsync(bus, $"{call}"));
        answered.ShouldBeLessThan(TimeSpan.FromSeconds(4));
        _callee.Behaviour = Callee.Fails;
        (await AskAsync(bus, "0")).IsFallback().ShouldBeTrue();

        await UntilAsync(() => Task.FromResult(!_warnings.IsEmpty), "it is noticed");
        _warnings.ShouldHaveSingleItem().ShouldStartWith(Lost);
        NothingUnobserved();
    }

    public void Dispose() => TaskScheduler.UnobservedTaskException -= Observe;

    private static Task<Response<Answer>> AskAsync(TestBus bus, string text) => bus.Client<Ask>().GetResponse<Answer>(new Ask(text), Token);

    private static async Task<TimeSpan> TimeOfAsync(int count, Func<int, Task> call)
    {
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < count; i++)
            await call(i);
        return Stopwatch.GetElapsedTime(start);
    }

    private static async Task UntilAsync(Func<Task<bool>> condition, string what)
    {
        long start = Stopwatch.GetTimestamp();
        while (!await condition())
        {
            Stopwatch.GetElapsedTime(start).ShouldBeLessThan(TimeSpan.FromSeconds(60), what);
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, Token);
        }
    }

    // A host that is stopped has written what it had to write.
    private async Task RememberedByAnotherHostAsync(RedisServer redis, params string[] texts)
    {
        await using TestBus first = await StartAsync(redis);
        foreach (string text in texts)
            (await AskAsync(first, text)).IsFallback().ShouldBeFalse();
        await first.StopAsync();
        (await redis.CountAsync()).ShouldBe(texts.Length);
    }

    private Task<TestBus> StartAsync(RedisServer redis) => TestBus.StartAsync(
        bus =>
        {
            bus.AddStackExchangeRedisCache(options => options.Configuration = redis.Configuration);
            bus.AddLogging(logging => logging.AddProvider(_warnings));
        },
        (context, memory) => memory.ReceiveEndpoint("ask", endpoint =>
        {
            endpoint.ExcludeFromMessagingResilience(context);
            endpoint.Handler<Ask>(_callee.ConsumeAsync);
        }),
        settings: Settings.Of(
            "user:Retry:MaxRetries=0", "user:CircuitBreaker:FailureThreshold=1000", "user:Fallback:ErrorThreshold=1", "user:Fallback:Source=LastGoodReply"),
        protectConsumers: false);

    private void NothingUnobserved()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        lock (_unobserved)
            _unobserved.ShouldBeEmpty();
    }

    private void Observe(object? sender, UnobservedTaskExceptionEventArgs unobserved)
    {
        lock (_unobserved)
            _unobserved.Add(unobserved.Exception);
    }
}
