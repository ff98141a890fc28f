namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>Every transition and every decision is told, with whom it concerns and its numbers.</summary>
public sealed class EventTests
{
    private static readonly ExecutionOptions GetProfile = new() { Operation = "getProfile" };

    private readonly RecordedEvents<ResilienceEvent> _events = new();

    [Fact]
    public async Task Circuit_OpensProbesAndCloses_IsTold()
    {
        using TestResilience test = Recorded("Retry:MaxRetries=0", "CircuitBreaker:FailureThreshold=2", "CircuitBreaker:ResetTimeout=00:00:10", "CircuitBreaker:HalfOpenMaxCalls=1");
        DateTimeOffset openedAt = test.Clock.GetUtcNow();
        await test.FailAsync<InvalidOperationException>(test.Work().Fails(), GetProfile);
        await test.FailAsync<InvalidOperationException>(test.Work().Fails(), GetProfile);
        test.Clock.Advance(TimeSpan.FromSeconds(10));
        await test.RunAsync(test.Work().Answers(), GetProfile);
        DateTimeOffset closedAt = openedAt + TimeSpan.FromSeconds(10);

        (await _events.NextAsync(3)).ShouldBe(
        [
            new CircuitBreakerOpened
            {
                OccurredAt = openedAt,
                Service = "user",
                Side = ResilienceSide.Local,
                Reason = CircuitOpenReason.ConsecutiveFailures,
                Failures = 2,
                ResetTimeout = TimeSpan.FromSeconds(10),
                Cause = new("System.InvalidOperationException", "broken", Frame: null, MessageId: null, DistinctMessages: 0),
            },
            new CircuitBreakerHalfOpened { OccurredAt = closedAt, Service = "user", Side = ResilienceSide.Local },
            new CircuitBreakerClosed { OccurredAt = closedAt, Service = "user", Side = ResilienceSide.Local },
        ]);
    }

    [Fact]
    public async Task Circuit_OfOneOperation_NamesIt()
    {
        using TestResilience test = Recorded("Retry:MaxRetries=0", "CircuitBreaker:FailureThreshold=1", "Operations:getProfile:Scope=Operation");
        await test.FailAsync<InvalidOperationException>(test.Work().Fails(), GetProfile);

        (await _events.NextAsync<CircuitBreakerOpened>()).Operation.ShouldBe("getProfile");
    }

    [Fact]
    public async Task Circuit_Isolated_IsTold()
    {
        using TestResilience test = Recorded();
        test.States.Get(ResilienceSide.Client, "user", "getProfile");
        test.Control.Isolate(new("user"), "an operator");

        (await _events.NextAsync()).ShouldBe(
            new CircuitBreakerIsolated { OccurredAt = test.Clock.GetUtcNow(), Service = "user", Side = ResilienceSide.Client });
    }

    [Fact]
    public async Task Circuit_Disabled_IsToldWithItsEnd()
    {
        using TestResilience test = Recorded();
        DateTimeOffset start = test.Clock.GetUtcNow();
        test.States.Get(ResilienceSide.Consumer, "user", "getProfile");
        test.Control.Disable(new("user"), TimeSpan.FromMinutes(5), "an operator");
        CircuitBreakerDisabled disabled = await _events.NextAsync<CircuitBreakerDisabled>();
        test.Clock.Advance(TimeSpan.FromMinutes(5));
        CircuitBreakerClosed closed = await _events.NextAsync<CircuitBreakerClosed>();

        disabled.ShouldBe(new()
        {
            OccurredAt = start,
            Service = "user",
            Side = ResilienceSide.Consumer,
            Operation = "getProfile",
            Until = start + TimeSpan.FromMinutes(5),
        });
        closed.OccurredAt.ShouldBe(start + TimeSpan.FromMinutes(5));
    }

    [Fact]
    public async Task Rejected_ByTheCircuit_SaysWhyAndWhenToTryAgain()
    {
        using TestResilience test = Recorded("Retry:MaxRetries=0", "CircuitBreaker:FailureThreshold=1", "CircuitBreaker:ResetTimeout=00:00:10");
        await test.FailAsync<InvalidOperationException>(test.Work().Fails());
        test.Clock.Advance(TimeSpan.FromSeconds(4));
        await test.FailAsync<CircuitOpenRejectedException>(test.Work().Answers(), GetProfile);

        (await _events.NextAsync<Rejected>()).ShouldBe(new()
        {
            OccurredAt = test.Clock.GetUtcNow(),
            Service = "user",
            Side = ResilienceSide.Local,
            Operation = "getProfile",
            Reason = FallbackReason.CircuitOpen,
            RetryAfter = TimeSpan.FromSeconds(6),
        });
    }

    [Fact]
    public async Task QueuedAndRejected_ByTheBulkhead_AreTold()
    {
        using TestResilience test = Recorded("Retry:InitialDelay=00:00:00.250", "Bulkhead:MaxConcurrentCalls=1", "Bulkhead:QueueCapacity=2");
        for (int i = 0; i < 3; i++)
            _ = test.RunAsync(test.Work().Hangs(), GetProfile);
        await test.FailAsync<BulkheadFullRejectedException>(test.Work().Answers(), GetProfile);

        ResilienceEvent[] told = await _events.NextAsync(3);
        told[..2].Cast<Queued>().Select(queued => (queued.Service, queued.Side, queued.Operation, queued.QueueLength))
            .ShouldBe([("user", ResilienceSide.Local, "getProfile", 1), ("user", ResilienceSide.Local, "getProfile", 2)]);
        Rejected rejected = told[2].ShouldBeOfType<Rejected>();
        (rejected.Operation, rejected.Reason, rejected.RetryAfter)
            .ShouldBe(("getProfile", FallbackReason.BulkheadFull, TimeSpan.FromMilliseconds(250)));
    }

    [Fact]
    public async Task Retrying_EachRepeat_IsToldWithItsWait()
    {
        using TestResilience test = Recorded("Retry:MaxRetries=2", "Retry:InitialDelay=00:00:00.100", "Retry:JitterFactor=0");
        var failure = new IOException("broken");
        await test.RunToEndAsync(test.Work().Fails(failure, times: 2).Answers(), GetProfile);

        (await _events.NextAsync(2)).Cast<Retrying>().Select(retrying => (retrying.Operation, retrying.Attempt, retrying.Delay, retrying.Failure)).ShouldBe(
        [
            ("getProfile", 1, TimeSpan.FromMilliseconds(100), failure),
            ("getProfile", 2, TimeSpan.FromMilliseconds(200), failure),
        ]);
    }

    [Fact]
    public async Task TimedOut_TotalPassed_IsToldOnce()
    {
        using TestResilience test = Recorded("Retry:MaxRetries=0", "Timeout:DefaultTimeout=00:00:02");
        await test.FailAsync<ExecutionTimeoutException>(test.Work().Hangs(), GetProfile);

        TimedOut timedOut = (await _events.NextAsync()).ShouldBeOfType<TimedOut>();
        (timedOut.Service, timedOut.Side, timedOut.Operation, timedOut.Timeout, timedOut.Attempts)
            .ShouldBe(("user", ResilienceSide.Local, "getProfile", TimeSpan.FromSeconds(2), 1));
    }

    [Fact]
    public async Task FellBack_AFailure_IsToldWithKeyAndReason()
    {
        using TestResilience test = Recorded("Retry:MaxRetries=0", "Fallback:ErrorThreshold=1");
        test.User.RegisterFallback("degraded", (_, _) => new ValueTask<string>("degraded"));
        await test.RunAsync(test.Work().Fails(), GetProfile with { FallbackKey = "degraded" });

        FallbackUsed fellBack = (await _events.NextAsync()).ShouldBeOfType<FallbackUsed>();
        (fellBack.Operation, fellBack.FallbackKey, fellBack.Reason, fellBack.Age).ShouldBe(("getProfile", "degraded", FallbackReason.Failed, null));
    }

    [Fact]
    public async Task Reload_OtherLimits_TellsWhatTheyAreThenTheRevision()
    {
        using TestResilience test = Recorded();
        await test.RunAsync(test.Work().Answers());
        test.ReloadProfile("Bulkhead:MaxConcurrentCalls=7", "Bulkhead:QueueCapacity=2");

        (await _events.NextAsync(2)).ShouldBe(
        [
            new BulkheadResized { OccurredAt = test.Clock.GetUtcNow(), Service = "user", Side = ResilienceSide.Local, MaxConcurrentCalls = 7, QueueCapacity = 2 },
            new ProfilesReloaded { OccurredAt = test.Clock.GetUtcNow(), Revision = 2 },
        ]);
    }

    [Fact]
    public async Task Reload_SameLimits_ResizesNothing()
    {
        using TestResilience test = Recorded();
        await test.RunAsync(test.Work().Answers());
        test.ReloadProfile("Retry:MaxRetries=1");

        (await _events.NextAsync()).ShouldBeOfType<ProfilesReloaded>();
    }

    [Fact]
    public async Task Reload_BadConfiguration_TellsEveryProblem()
    {
        using TestResilience test = Recorded();
        test.Resilience.Describe("user");
        test.ReloadProfile("Retry:MaxRetries=many", "Bulkhead:MaxConcurrentCalls=0");

        (await _events.NextAsync()).ShouldBeOfType<ProfileReloadFailed>().Problems.Select(problem => problem.Path)
            .ShouldBe(["Resilience:Profiles:user:Retry:MaxRetries", "Resilience:Profiles:user:Bulkhead:MaxConcurrentCalls"], ignoreOrder: true);
    }

    [Fact]
    public async Task Endpoint_PausedAndResumed_SaysWhichAndHowLong()
    {
        using TestResilience test = Recorded();
        OperationState operation = test.States.Get(ResilienceSide.Consumer, "user", "getProfile");
        var endpoint = new Uri("rabbitmq://localhost/happened");
        operation.State.Telemetry.EndpointPaused(operation, endpoint, TimeSpan.FromMinutes(2));
        operation.State.Telemetry.EndpointStoodAside(operation, endpoint, others: 3);
        operation.State.Telemetry.EndpointResumed(operation, endpoint, TimeSpan.FromSeconds(30));
        DateTimeOffset now = test.Clock.GetUtcNow();

        (await _events.NextAsync(3)).ShouldBe(
        [
            new EndpointPaused { OccurredAt = now, Service = "user", Side = ResilienceSide.Consumer, Operation = "getProfile", Endpoint = endpoint.ToString(), HoldLimit = TimeSpan.FromMinutes(2) },
            new EndpointStoodAside { OccurredAt = now, Service = "user", Side = ResilienceSide.Consumer, Operation = "getProfile", Endpoint = endpoint.ToString(), Others = 3 },
            new EndpointResumed { OccurredAt = now, Service = "user", Side = ResilienceSide.Consumer, Operation = "getProfile", Endpoint = endpoint.ToString(), PausedFor = TimeSpan.FromSeconds(30) },
        ]);
    }

    [Fact]
    public async Task Control_AChangeByHand_IsToldAfterWhatItChanged()
    {
        using TestResilience test = Recorded();
        ControlChange change = test.Control.Change("user", new Dictionary<string, string?> { ["Retry:MaxRetries"] = "1" }, "ann", "too many");

        ResilienceEvent[] told = await _events.NextAsync(2);

        told[0].ShouldBeOfType<ProfilesReloaded>();
        told[1].ShouldBe(new ControlChanged { OccurredAt = test.Clock.GetUtcNow(), Change = change });
        change.Reason.ShouldBe("too many");
    }

    [Fact]
    public void EveryEvent_IsTestedHere()
    {
        Type[] told =
        [
            typeof(CircuitBreakerOpened), typeof(CircuitBreakerHalfOpened), typeof(CircuitBreakerClosed), typeof(CircuitBreakerIsolated),
            typeof(CircuitBreakerDisabled),
            typeof(Rejected), typeof(Queued), typeof(BulkheadResized), typeof(Retrying), typeof(TimedOut), typeof(FallbackUsed),
            typeof(ProfilesReloaded), typeof(ProfileReloadFailed), typeof(EndpointPaused), typeof(EndpointStoodAside), typeof(EndpointResumed),
            typeof(BrokerLost), typeof(BrokerBack),
            typeof(ControlChanged),
        ];

        typeof(ResilienceEvent).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(ResilienceEvent)) && !type.IsAbstract)
            .ShouldBe(told, ignoreOrder: true);
    }

    private TestResilience Recorded(params string[] settings) =>
        TestResilience.Configured(builder => builder.OnEvent<ResilienceEvent>(_events.OnEventAsync), settings);
}
