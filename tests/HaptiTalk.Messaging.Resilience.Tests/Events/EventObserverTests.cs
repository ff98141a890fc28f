using Microsoft.Extensions.DependencyInjection;

namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>Who observes, and what an observer may do to the calls: nothing.</summary>
public sealed class EventObserverTests
{
    private const string Failures = "event_observer_failures";

    private readonly RecordedEvents<Rejected> _healthy = new();

    [Fact]
    public async Task OnEvent_SeveralObservers_EachIsToldOfWhatItAskedFor()
    {
        var isolated = new RecordedEvents<CircuitBreakerIsolated>();
        var ofService = new RecordedEvents<ServiceEvent>();
        var all = new RecordedEvents<ResilienceEvent>();
        var injected = new RecordedEvents<Rejected>();
        var injectedForAll = new RecordedEvents<ResilienceEvent>();
        await using TestResilience test = TestResilience.Configured(builder => builder
            .OnEvent<CircuitBreakerIsolated>(isolated.OnEventAsync)
            .OnEvent<ServiceEvent>(ofService.OnEventAsync)
            .OnEvent<ResilienceEvent>(all.OnEventAsync)
            .OnEvent<Rejected>(_healthy.OnEventAsync)
            .Services
            .AddSingleton<IResilienceEventObserver<Rejected>>(injected)
            .AddSingleton<IResilienceEventObserver<ResilienceEvent>>(injectedForAll));
        await test.RunAsync(test.Work().Answers());
        test.Control.Isolate(new("user"), "an operator");
        await test.FailAsync<CircuitOpenRejectedException>(test.Work().Answers());
        test.ReloadProfile("Retry:MaxRetries=1");

        (await all.NextAsync(4)).Select(NameOf).ShouldBe(["CircuitBreakerIsolated", "ControlChanged", "Rejected", "ProfilesReloaded"]);
        (await injectedForAll.NextAsync(4)).Select(NameOf).ShouldBe(["CircuitBreakerIsolated", "ControlChanged", "Rejected", "ProfilesReloaded"]);
        (await ofService.NextAsync(2)).Select(NameOf).ShouldBe(["CircuitBreakerIsolated", "Rejected"]);
        await isolated.NextAsync();
        await _healthy.NextAsync();
        await injected.NextAsync();
        await test.DisposeAsync();
        (all.All.Count, injectedForAll.All.Count, ofService.All.Count, isolated.All.Count, _healthy.All.Count, injected.All.Count)
            .ShouldBe((4, 4, 2, 1, 1, 1));
    }

    [Fact]
    public async Task OnEvent_ObserverThatControls_MayAskForWhatItControls()
    {
        using TestResilience test = TestResilience.Configured(
            builder => builder.Services.AddSingleton<IResilienceEventObserver<CircuitBreakerOpened>, IsolatingObserver>().AddSingleton(_healthy),
            "Retry:MaxRetries=0",
            "CircuitBreaker:FailureThreshold=1");
        await test.FailAsync<InvalidOperationException>(test.Work().Fails());
        await _healthy.NextAsync();

        test.Circuit.Breaker.State.ShouldBe(CircuitState.Isolated);
    }

    [Fact]
    public async Task OnEvent_ManyEvents_ArriveInTheirOrder()
    {
        var reloads = new RecordedEvents<ProfilesReloaded>();
        using TestResilience test = TestResilience.Configured(builder => builder.OnEvent<ProfilesReloaded>(async (reloaded, cancellationToken) =>
        {
            await Task.Yield();
            await reloads.OnEventAsync(reloaded, cancellationToken);
        }));
        test.Resilience.Describe("user");
        for (int i = 0; i < 50; i++)
            test.ReloadProfile($"Retry:MaxRetries={i}");

        (await reloads.NextAsync(50)).Select(reloaded => reloaded.Revision).ShouldBe(Enumerable.Range(2, 50).Select(revision => (long)revision));
    }

    [Fact]
    public async Task OnEvent_ObserverThrows_IsCountedAndLoggedOnceAMinuteAndNobodyElseNotices()
    {
        var marks = new RecordedEvents<CircuitBreakerClosed>();
        using TestResilience test = TestResilience.Configured(builder => builder
            .OnEvent<ServiceEvent>((happened, cancellationToken) => happened switch
            {
                CircuitBreakerClosed closed => marks.OnEventAsync(closed, cancellationToken),
                Rejected => throw new InvalidOperationException("a broken observer"),
                _ => default,
            })
            .OnEvent<Rejected>(_healthy.OnEventAsync));
        await RejectAsync(test, times: 3);
        await MarkAsync(test, marks);
        test.Measured.Of(Failures).Select(failure => (failure.Value, failure.Tags)).ShouldBe(Enumerable.Repeat((1d, "reason=failure"), 3));
        Logged(test).ShouldBe(1);
        test.Clock.Advance(TimeSpan.FromSeconds(59));
        await RejectAsync(test, times: 2);
        await MarkAsync(test, marks);
        Logged(test).ShouldBe(1);
        test.Clock.Advance(TimeSpan.FromSeconds(1));
        await RejectAsync(test, times: 2);
        await MarkAsync(test, marks);

        Logged(test).ShouldBe(2);
        test.Measured.Of(Failures).Count.ShouldBe(7);
        (await _healthy.NextAsync(7)).Length.ShouldBe(7);
    }

    [Fact]
    public async Task OnEvent_ObserverHangs_MissesThatEventAndHoldsUpNobody()
    {
        var begun = new RecordedEvents<Rejected>();
        var never = new TaskCompletionSource();
        using TestResilience test = TestResilience.Configured(builder => builder
            .OnEvent<Rejected>(async (rejected, cancellationToken) =>
            {
                await begun.OnEventAsync(rejected, cancellationToken);
                await never.Task;
            })
            .OnEvent<Rejected>(_healthy.OnEventAsync));
        await RejectAsync(test, times: 3);
        await _healthy.NextAsync(3);
        await begun.NextAsync();
        begun.All.Count.ShouldBe(1);
        test.Clock.Advance(TimeSpan.FromSeconds(5));
        await begun.NextAsync();

        test.Measured.Of(Failures).ShouldBe([new(Failures, 1, "reason=timeout")]);
        Logged(test).ShouldBe(1);
        never.SetResult();
        await begun.NextAsync();
    }

    [Fact]
    public async Task OnEvent_ObserverKeepsItsThread_HoldsUpNobody()
    {
        using var release = new ManualResetEventSlim();
        using TestResilience test = TestResilience.Configured(builder => builder
            .OnEvent<Rejected>((_, cancellationToken) =>
            {
                release.Wait(TestContext.Current.CancellationToken);
                return default;
            })
            .OnEvent<Rejected>(_healthy.OnEventAsync));
        await RejectAsync(test, times: 3);

        await _healthy.NextAsync(3);
        release.Set();
    }

    [Fact]
    public async Task OnEvent_MoreThanAnObserverCanTake_IsDroppedAndCounted()
    {
        var begun = new TaskCompletionSource();
        var end = new TaskCompletionSource();
        var slow = new RecordedEvents<Rejected>();
        using TestResilience test = TestResilience.Configured(builder => builder
            .OnEvent<Rejected>(async (rejected, cancellationToken) =>
            {
                begun.TrySetResult();
                await end.Task;
                await slow.OnEventAsync(rejected, cancellationToken);
            }));
        await RejectAsync(test, times: 1);
        await begun.Task.WaitAsync(TestContext.Current.CancellationToken);
        await RejectAsync(test, times: 1024 + 10);

        test.Measured.Of(Failures).ShouldBe(Enumerable.Repeat(new Measured(Failures, 1, "reason=dropped"), 10));
        end.SetResult();
        await slow.NextAsync(1025);
        slow.All.Count.ShouldBe(1025);
    }

    [Fact]
    public void OnEvent_NoHandler_Throws() =>
        Should.Throw<ArgumentNullException>(() => TestResilience.Configured(builder => builder.OnEvent<Rejected>(null!))).ParamName.ShouldBe("handler");

    private static async Task RejectAsync(TestResilience test, int times)
    {
        test.Circuit.Breaker.Isolate();
        for (int i = 0; i < times; i++)
            await test.FailAsync<CircuitOpenRejectedException>(test.Work().Answers());
    }

    /// <summary>One more event that the observer takes well: what came before it has then been dealt with.</summary>
    private static async Task MarkAsync(TestResilience test, RecordedEvents<CircuitBreakerClosed> marks)
    {
        test.Circuit.Breaker.Close();
        await marks.NextAsync();
    }

    private static string NameOf(ResilienceEvent happened) => happened.GetType().Name;

    private static int Logged(TestResilience test) => test.Log.Entries.Count(entry => entry.Message.StartsWith("An observer of Rejected failed"));

    private sealed class IsolatingObserver(IResilienceControl control, IMessagingResilience resilience, RecordedEvents<Rejected> done)
        : IResilienceEventObserver<CircuitBreakerOpened>
    {
        public async ValueTask OnEventAsync(CircuitBreakerOpened happened, CancellationToken cancellationToken)
        {
            resilience.GetSnapshot().ShouldNotBeEmpty();
            control.Isolate(new(happened.Service, happened.Side, happened.Operation), nameof(IsolatingObserver));
            await done.OnEventAsync(
                new() { OccurredAt = happened.OccurredAt, Service = happened.Service, Side = happened.Side, Reason = FallbackReason.CircuitOpen },
                cancellationToken);
        }
    }
}
