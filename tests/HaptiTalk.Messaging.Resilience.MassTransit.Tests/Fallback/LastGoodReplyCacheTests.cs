using System.Collections.Concurrent;
using System.Text;
using MassTransit;
using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.Caching.Hybrid;
using Microsoft.Extensions.DependencyInjection;

namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>Remembering and looking up never fail a call, and never make it wait longer than a bound. Time is the test's.</summary>
public sealed class LastGoodReplyCacheTests
{
    private readonly WatchedClock _clock = new();
    private readonly ScriptedDistributedCache _distributed = new();
    private readonly Callee _callee = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task GetResponse_SecondHostWithEmptyMemory_GetsWhatTheFirstRemembered()
    {
        await using (TestBus first = await StartAsync())
        {
            await AskAsync(first);
            await first.StopAsync();
        }

        _callee.Behaviour = Callee.Fails;
        _clock.Advance(TimeSpan.FromSeconds(30));
        await using TestBus second = await StartAsync();
        Response<Answer> reply = await AskAsync(second);

        reply.Message.Text.ShouldBe("x");
        reply.TryGetFallbackAge(out TimeSpan age).ShouldBeTrue();
        age.ShouldBe(TimeSpan.FromSeconds(30));
        _distributed.Entries.ShouldHaveSingleItem().Key.ShouldStartWith("haptitalk:last-good:1:user:ask:");
    }

    [Fact]
    public async Task Start_SourceIsTheLastGoodReply_ConnectsBeforeTheFirstCall()
    {
        TaskCompletionSource asked = Signalled(static () => Task.CompletedTask);

        await using TestBus bus = await StartAsync("user:Fallback:Source=Registered", "user:Operations:ask:Fallback:Source=LastGoodReply");

        await asked.Task.WaitAsync(Token);
    }

    [Fact]
    public async Task GetResponse_SourceRegistered_CacheIsNotTouched()
    {
        await using TestBus bus = await StartAsync("user:Fallback:Source=Registered");
        await AskAsync(bus);
        _callee.Behaviour = Callee.Fails;
        await Should.ThrowAsync<RequestFaultException>(AskAsync(bus));
        await bus.StopAsync();

        _distributed.Asked.ShouldBe(0);
    }

    [Fact]
    public async Task GetResponse_DistributedCacheHangs_CallsAreAnsweredAndMemoryStandsIn()
    {
        _distributed.Behaviour = ScriptedDistributedCache.Hangs;
        await using TestBus bus = await StartAsync();

        for (int call = 0; call < 300; call++)
            (await AskAsync(bus, $"{call}")).IsFallback().ShouldBeFalse();
        _callee.Behaviour = Callee.Fails;

        (await AskAsync(bus, "0")).IsFallback().ShouldBeTrue();
        (await AskAsync(bus, "299")).IsFallback().ShouldBeTrue();
        // 256 wait, one is being written, or none yet.
        bus.Measured.Sum("last_good_reply_failures", ("service", "user"), ("operation", "ask"), ("side", "client"), ("reason", "dropped")).ShouldBeInRange(43, 44);
    }

    [Fact]
    public async Task GetResponse_DistributedCacheHangsAndMemoryHasNothing_OneCallWaitsAQuarterOfASecondAndTheNextDoesNot()
    {
        _distributed.Behaviour = ScriptedDistributedCache.Hangs;
        _callee.Behaviour = Callee.Fails;
        await using TestBus bus = await StartAsync("user:CircuitBreaker:FailureThreshold=1", "user:Fallback:ErrorThreshold=100");
        await Should.ThrowAsync<RequestFaultException>(AskAsync(bus));

        Task<Response<Answer>> first = AskAsync(bus);
        // The call, the guard around what it reads, and around what the hybrid cache reads when it is made.
        await _clock.WaitingAsync(3);
        _clock.Advance(TimeSpan.FromMilliseconds(249));
        first.IsCompleted.ShouldBeFalse();
        _clock.Advance(TimeSpan.FromMilliseconds(1));
        await Should.ThrowAsync<CircuitOpenRejectedException>(first);

        for (int call = 0; call < 10; call++)
            await Should.ThrowAsync<CircuitOpenRejectedException>(AskAsync(bus).WaitAsync(TimeSpan.FromSeconds(30), Token));
    }

    [Fact]
    public async Task GetResponse_DistributedCacheHangs_RegisteredFallbackStillStandsIn()
    {
        TaskCompletionSource asked = Signalled(static () => Task.CompletedTask);
        _callee.Behaviour = Callee.Ignores;
        await using TestBus bus = await StartAsync(
            static resilience => resilience.AddFallback<Ask, Answer>(static (_, _) => new(new Answer("registered"))), "user:Timeout:DefaultTimeout=00:00:10");
        await asked.Task.WaitAsync(Token);
        await _clock.WaitingAsync(0);
        _distributed.Behaviour = ScriptedDistributedCache.Hangs;

        Task<Response<Answer>> pending = AskAsync(bus);
        await _callee.ReceivedAsync();
        _clock.Advance(TimeSpan.FromSeconds(10));
        // The lookup, the guard around it, and the grace of 50 ms that a fallback has when the call's time is over.
        await _clock.WaitingAsync(3);
        _clock.Advance(TimeSpan.FromMilliseconds(40));

        (await pending).Message.Text.ShouldBe("registered");
    }

    [Fact]
    public async Task GetResponse_WhatIsStoredCannotBeRead_FailsAsIfThereWereNothing()
    {
        await using (TestBus first = await StartAsync())
        {
            await AskAsync(first);
            await first.StopAsync();
        }

        (string key, byte[] entry) = _distributed.Entries.ShouldHaveSingleItem();
        string text = Encoding.Latin1.GetString(entry);
        _distributed.Put(key, Encoding.Latin1.GetBytes(text.Replace("\"text\"", "\"tex\\\"", StringComparison.Ordinal)));
        _callee.Behaviour = Callee.Fails;
        await using TestBus second = await StartAsync();

        (await Should.ThrowAsync<RequestFaultException>(AskAsync(second))).InnerException.ShouldBeNull();
        second.Measured.Sum("last_good_reply_failures", ("reason", "failure")).ShouldBe(1);
    }

    [Fact]
    public async Task GetResponse_ReplyLargerThanTheCacheTakes_IsAnsweredAndCounted()
    {
        _callee.Behaviour = static context => context.RespondAsync(new Answer(new('x', 2000)));
        await using TestBus bus = await TestBus.StartAsync(
            bus => Register(bus).Configure<HybridCacheOptions>(static options => options.MaximumPayloadBytes = 1000),
            (_, memory) => memory.ReceiveEndpoint("ask", endpoint => endpoint.Handler<Ask>(_callee.ConsumeAsync)),
            settings: SettingsWith(),
            protectConsumers: false);

        (await AskAsync(bus)).Message.Text.Length.ShouldBe(2000);
        _callee.Behaviour = Callee.Fails;

        await Should.ThrowAsync<RequestFaultException>(AskAsync(bus));
        bus.Measured.Sum("last_good_reply_failures", ("reason", "too_large")).ShouldBe(1);
    }

    [Fact]
    public async Task GetResponse_ReplyThatIsNoJson_IsAnsweredAndCounted()
    {
        _callee.Behaviour = static context => context.RespondAsync(new OneWay());
        await using TestBus bus = await StartAsync();

        (await bus.Client<Ask>().GetResponse<OneWay>(new Ask("x"), Token)).Message.ShouldNotBeNull();

        bus.Measured.Sum("last_good_reply_failures", ("reason", "failure")).ShouldBe(1);
    }

    [Fact]
    public async Task Remember_MoreThanMemoryHolds_MakesRoomAndStaysBounded()
    {
        await using TestBus bus = await TestBus.StartAsync(static _ => { }, settings: SettingsWith());
        LastGoodReplies replies = bus.Services.GetRequiredService<LastGoodReplies>();
        OperationState operation = bus.Services.GetRequiredService<ServiceStates>().Get(ResilienceSide.Client, "user", "ask");
        var execution = new Execution(RequestFailureClassifier.Instance, TimeProvider.System);
        execution.Begin(new(operation, Token) { CallTimeout = TimeSpan.FromMinutes(1) });
        var large = new Answer(new('x', 1000 * 1000));

        for (int i = 0; i < 200; i++)
            replies.Remember(execution, new Ask($"{i}"), [typeof(Answer)], large);

        int found = 0;
        for (int i = 0; i < 200; i++)
        {
            if (await replies.FindAsync(execution, new Ask($"{i}"), [typeof(Answer)]) is not null)
                found++;
        }

        found.ShouldBeInRange(1, 67);
    }

    [Fact]
    public async Task GetResponse_HostHasAHybridCacheOfItsOwn_ThatIsUsed()
    {
        var own = new OwnHybridCache();
        await using TestBus bus = await TestBus.StartAsync(
            bus => Register(bus).AddSingleton<HybridCache>(own),
            (_, memory) => memory.ReceiveEndpoint("ask", endpoint => endpoint.Handler<Ask>(_callee.ConsumeAsync)),
            settings: SettingsWith(),
            protectConsumers: false);
        await AskAsync(bus);
        _callee.Behaviour = Callee.Fails;

        (await AskAsync(bus)).IsFallback().ShouldBeTrue();
        own.Entries.Count.ShouldBe(1);
        _distributed.Asked.ShouldBe(0);
    }

    private TaskCompletionSource Signalled(Func<Task> behaviour)
    {
        var asked = new TaskCompletionSource();
        _distributed.Behaviour = () =>
        {
            asked.TrySetResult();
            return behaviour();
        };
        return asked;
    }

    private static Task<Response<Answer>> AskAsync(TestBus bus, string text = "x") => bus.Client<Ask>().GetResponse<Answer>(new Ask(text), Token);

    private static Dictionary<string, string?> SettingsWith(params ReadOnlySpan<string> settings) =>
        Settings.Of(["user:Retry:MaxRetries=0", "user:Fallback:ErrorThreshold=1", "user:Fallback:Source=LastGoodReply", .. settings]);

    private Task<TestBus> StartAsync(params ReadOnlySpan<string> settings) => StartAsync(resilience: null, settings);

    private Task<TestBus> StartAsync(Action<IMessagingResilienceBuilder>? resilience, params ReadOnlySpan<string> settings) => TestBus.StartAsync(
        bus => Register(bus),
        (_, memory) => memory.ReceiveEndpoint("ask", endpoint => endpoint.Handler<Ask>(_callee.ConsumeAsync)),
        resilience,
        SettingsWith(settings),
        protectConsumers: false);

    private IServiceCollection Register(IServiceCollection services) =>
        services.AddSingleton<TimeProvider>(_clock).AddSingleton<IDistributedCache>(_distributed);

    /// <summary>Can be sent, and cannot be read where it is received.</summary>
    public sealed class OneWay
    {
        private bool _isReceived;

        public string Text
        {
            get => _isReceived ? throw new InvalidOperationException("write only") : "x";
            set => _isReceived = value.Length > 0;
        }
    }

    private sealed class OwnHybridCache : HybridCache
    {
        public ConcurrentDictionary<string, object?> Entries { get; } = new(StringComparer.Ordinal);

        public override ValueTask<T> GetOrCreateAsync<TState, T>(
            string key,
            TState state,
            Func<TState, CancellationToken, ValueTask<T>> factory,
            HybridCacheEntryOptions? options = null,
            IEnumerable<string>? tags = null,
            CancellationToken cancellationToken = default) =>
            Entries.TryGetValue(key, out object? value) ? new((T)value!) : factory(state, cancellationToken);

        public override ValueTask SetAsync<T>(
            string key, T value, HybridCacheEntryOptions? options = null, IEnumerable<string>? tags = null, CancellationToken cancellationToken = default)
        {
            Entries[key] = value;
            return default;
        }

        public override ValueTask RemoveAsync(string key, CancellationToken cancellationToken = default) => throw new NotSupportedException();

        public override ValueTask RemoveByTagAsync(string tag, CancellationToken cancellationToken = default) => throw new NotSupportedException();
    }
}
