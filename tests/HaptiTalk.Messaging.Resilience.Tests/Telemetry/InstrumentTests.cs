using System.Diagnostics.Metrics;

namespace HaptiTalk.Messaging.Resilience.Tests;

public sealed class InstrumentTests
{
    private const string Tags = "operation=getUserProfile,service=user,side=local";

    private static readonly ExecutionOptions GetUserProfile = new() { Operation = "getUserProfile", FallbackKey = "profile" };

    [Fact]
    public async Task Meter_EverythingUsed_HasTheNamedInstrumentsAndNoOthers()
    {
        using TestResilience test = TestResilience.WithProfile();
        await test.RunAsync(test.Work().Answers());

        test.Measured.Instruments.Values.Select(instrument => $"{Kind(instrument)} {instrument.Name} {instrument.Unit}".TrimEnd()).ShouldBe(
            [
                "counter circuit_breaker_calls", "counter retry_attempts", "counter retry_budget_exhausted", "counter operation_timeouts", "counter fallback_executions",
                "counter bulkhead_rejections", "counter expired_messages", "counter late_replies", "counter executions",
                "counter event_observer_failures", "counter last_good_reply_failures",
                "histogram execution_duration s",
                "gauge circuit_breaker_state", "gauge bulkhead_queue_size", "gauge bulkhead_active_calls", "gauge held_messages", "gauge paused_endpoints", "gauge profile_reload_failed",
            ],
            ignoreOrder: true);
        test.Measured.Instruments.Values.ShouldAllBe(instrument => instrument.Meter.Name == "HaptiTalk.Messaging.Resilience" && instrument.Description!.Length > 0);
    }

    [Fact]
    public async Task CircuitBreakerCalls_EachResult_IsALabel()
    {
        using TestResilience test = TestResilience.WithProfile("Retry:MaxRetries=0");
        await test.RunAsync(test.Work().Answers(), GetUserProfile);
        await test.FailAsync<InvalidOperationException>(test.Work().Fails(), GetUserProfile);
        await test.FailAsync<ArgumentException>(test.Work().Fails(new ArgumentException("wrong")), GetUserProfile);
        test.Circuit.Breaker.Isolate();
        await test.FailAsync<CircuitOpenRejectedException>(test.Work().Answers(), GetUserProfile);

        test.Measured.Of("circuit_breaker_calls").ShouldBe(
        [
            CircuitCall("success"), CircuitCall("failure"),
            CircuitCall("ignored"), CircuitCall("rejected"),
        ]);
    }

    [Fact]
    public async Task RetryAttempts_EachRepeat_IsNumbered()
    {
        using TestResilience test = TestResilience.WithProfile("Retry:MaxRetries=2");
        await test.FailAsync<InvalidOperationException>(test.Work().Fails(), GetUserProfile);

        test.Measured.Of("retry_attempts").Select(measured => measured.Tags)
            .ShouldBe(["attempt_number=1," + Tags, "attempt_number=2," + Tags]);
    }

    [Fact]
    public async Task OperationTimeouts_TotalPassed_CountsOnce()
    {
        using TestResilience test = TestResilience.WithProfile("Retry:MaxRetries=3");
        await test.FailAsync<ExecutionTimeoutException>(test.Work().Hangs(), GetUserProfile);

        test.Measured.Of("operation_timeouts").ShouldBe([new("operation_timeouts", 1, Tags)]);
    }

    [Fact]
    public async Task FallbackExecutions_FellBack_NamesTheKey()
    {
        using TestResilience test = TestResilience.WithProfile("Retry:MaxRetries=0", "Fallback:ErrorThreshold=1");
        test.User.RegisterFallback("profile", (_, _) => new ValueTask<string>("degraded"));
        await test.RunAsync(test.Work().Fails(), GetUserProfile);

        test.Measured.Of("fallback_executions").ShouldBe([new("fallback_executions", 1, "fallback_key=profile," + Tags)]);
    }

    [Fact]
    public async Task BulkheadRejections_Refused_Counts()
    {
        using TestResilience test = TestResilience.WithProfile("Bulkhead:MaxConcurrentCalls=1", "Bulkhead:QueueCapacity=0");
        _ = test.RunAsync(test.Work().Hangs(), GetUserProfile);
        await test.FailAsync<BulkheadFullRejectedException>(test.Work().Answers(), GetUserProfile);

        test.Measured.Of("bulkhead_rejections").ShouldBe([new("bulkhead_rejections", 1, Tags)]);
    }

    [Fact]
    public void BulkheadGauges_RunningAndQueued_AreShown()
    {
        using TestResilience test = TestResilience.WithProfile("Bulkhead:MaxConcurrentCalls=2", "Bulkhead:QueueCapacity=9");
        for (int i = 0; i < 5; i++)
            _ = test.RunAsync(test.Work().Hangs(), GetUserProfile);

        test.Measured.Read("bulkhead_active_calls").ShouldBe([new("bulkhead_active_calls", 2, Tags)]);
        test.Measured.Read("bulkhead_queue_size").ShouldBe([new("bulkhead_queue_size", 3, Tags)]);
    }

    [Fact]
    public async Task CircuitBreakerState_EachState_HasItsNumber()
    {
        using TestResilience test = TestResilience.WithProfile("Retry:MaxRetries=0", "CircuitBreaker:FailureThreshold=1", "CircuitBreaker:HalfOpenMaxCalls=2");
        await test.RunAsync(test.Work().Answers(), GetUserProfile);
        State(test).ShouldBe(0);
        await test.FailAsync<InvalidOperationException>(test.Work().Fails(), GetUserProfile);
        State(test).ShouldBe(1);
        test.Clock.Advance(TimeSpan.FromMinutes(1));
        await test.RunAsync(test.Work().Answers(), GetUserProfile);
        State(test).ShouldBe(2);
        test.States.Get(ResilienceSide.Local, "user", "getUserProfile").Circuit.Breaker.Isolate();
        State(test).ShouldBe(3);
    }

    [Fact]
    public async Task Executions_EachEnd_IsALabelOfCountAndDuration()
    {
        using TestResilience test = TestResilience.WithProfile("Retry:MaxRetries=1", "Retry:JitterFactor=0", "Retry:InitialDelay=00:00:00.250", "Fallback:ErrorThreshold=1");
        using var caller = new CancellationTokenSource();
        test.User.RegisterFallback("degraded", (_, _) => new ValueTask<string>("degraded"));
        await test.RunToEndAsync(test.Work().Fails().Answers());
        await test.FailAsync<InvalidOperationException>(test.Work().Fails());
        await test.RunToEndAsync(test.Work().Fails(), new() { FallbackKey = "degraded" });
        Task<string> cancelled = test.RunAsync(test.Work().Hangs(), caller: caller.Token);
        await caller.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(cancelled);
        test.Circuit.Breaker.Isolate();
        await test.FailAsync<CircuitOpenRejectedException>(test.Work().Answers());

        (string Tags, double Seconds)[] expected =
        [
            ("operation=execute,result=success,service=user,side=local", 0.25),
            ("operation=execute,result=failure,service=user,side=local", 0.25),
            ("operation=execute,result=fallback,service=user,side=local", 0.25),
            ("operation=execute,result=cancelled,service=user,side=local", 0),
            ("operation=execute,result=rejected,service=user,side=local", 0),
        ];
        test.Measured.Of("execution_duration").Select(measured => (measured.Tags, measured.Value)).ShouldBe(expected);
        test.Measured.Of("executions").Select(measured => (measured.Tags, measured.Value)).ShouldBe(
            [.. expected.SkipLast(1).Select(run => (run.Tags, 1d)), ("operation=execute,origin=user,result=rejected,service=user,side=local", 1d)]);
    }

    [Fact]
    public void ProfileReloadFailed_BadConfigurationThenAGoodOne_IsOneUntilTheGoodOne()
    {
        using TestResilience test = TestResilience.WithProfile();
        _ = test.State;
        double before = test.Measured.Read("profile_reload_failed").Single().Value;
        test.ReloadProfile("Retry:MaxRetries=many");
        Measured during = test.Measured.Read("profile_reload_failed").Single();
        test.ReloadProfile("Retry:MaxRetries=4");

        (before, during, test.Measured.Read("profile_reload_failed").Single().Value).ShouldBe((0, new("profile_reload_failed", 1, ""), 0));
    }

    [Theory]
    [InlineData((int)ResilienceSide.Client, "client")]
    [InlineData((int)ResilienceSide.Consumer, "consumer")]
    [InlineData((int)ResilienceSide.Publisher, "publisher")]
    [InlineData((int)ResilienceSide.Local, "local")]
    public void Gauges_EachSide_IsALabel(int side, string label)
    {
        using TestResilience test = TestResilience.With();
        test.States.Get((ResilienceSide)side, "auth", "validateToken");

        test.Measured.Read("circuit_breaker_state").Single().Tags.ShouldBe($"operation=validateToken,service=auth,side={label}");
    }

    private static Measured CircuitCall(string result) =>
        new("circuit_breaker_calls", 1, $"operation=getUserProfile,result={result},service=user,side=local");

    private static double State(TestResilience test) =>
        test.Measured.Read("circuit_breaker_state").Single(measured => measured.Tags == Tags).Value;

    private static string Kind(Instrument instrument) => instrument switch
    {
        Counter<long> => "counter",
        Histogram<double> => "histogram",
        ObservableGauge<int> => "gauge",
        _ => instrument.GetType().Name,
    };
}
