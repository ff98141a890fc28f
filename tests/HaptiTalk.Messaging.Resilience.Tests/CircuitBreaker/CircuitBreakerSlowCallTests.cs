namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>The third rule: a share of the recent calls was slow, however they ended.</summary>
public sealed class CircuitBreakerSlowCallTests
{
    private static readonly TimeSpan Slow = TimeSpan.FromSeconds(2.001);

    private static readonly CircuitBreakerOptions HalfOfFour = new()
    {
        FailureThreshold = 1000,
        SlowCallDuration = TimeSpan.FromSeconds(2),
        SlowCallRatio = 0.5,
        MinimumThroughput = 4,
        SamplingDuration = TimeSpan.FromMinutes(5),
        ResetTimeout = TestBreaker.ResetTimeout,
        HalfOpenMaxCalls = 2,
    };

    [Fact]
    public void Exit_ShareOfSlowSuccesses_Opens()
    {
        TestBreaker test = new TestBreaker(HalfOfFour).Succeed(2);
        test.Call(CallVerdict.Success, Slow);
        test.Breaker.State.ShouldBe(CircuitState.Closed);
        test.Call(CallVerdict.Success, Slow);

        test.Breaker.State.ShouldBe(CircuitState.Open);
        test.Transitions.ShouldBe([new(CircuitState.Closed, CircuitState.Open, 0, new(CircuitOpenReason.SlowCallRatio, TestBreaker.ResetTimeout))]);
    }

    [Fact]
    public void Exit_AsLongAsAllowed_IsNotSlow()
    {
        var test = new TestBreaker(HalfOfFour);
        for (int i = 0; i < 20; i++)
            test.Call(CallVerdict.Success, TimeSpan.FromSeconds(2));

        test.Breaker.State.ShouldBe(CircuitState.Closed);
    }

    [Fact]
    public void Exit_SlowFailures_AreSlowCallsToo()
    {
        TestBreaker test = new TestBreaker(HalfOfFour).Succeed(2);
        test.Call(CallVerdict.Failure, Slow);
        test.Call(CallVerdict.Failure, Slow);

        test.Breaker.State.ShouldBe(CircuitState.Open);
    }

    [Fact]
    public void Exit_FastFailures_AreNotSlowCalls() => new TestBreaker(HalfOfFour).Fail(50).Breaker.State.ShouldBe(CircuitState.Closed);

    [Fact]
    public void Exit_SlowNeutralCalls_SayNothing()
    {
        TestBreaker test = new TestBreaker(HalfOfFour).Succeed(3);
        for (int i = 0; i < 10; i++)
            test.Call(CallVerdict.Neutral, Slow);

        test.Succeed(1).Breaker.State.ShouldBe(CircuitState.Closed);
    }

    [Fact]
    public void Exit_NoSlowCallRule_ASlowCallIsAsGoodAsAnyOther()
    {
        var test = new TestBreaker(HalfOfFour with { SlowCallDuration = null, SlowCallRatio = null });
        for (int i = 0; i < 20; i++)
            test.Call(CallVerdict.Success, TimeSpan.FromMinutes(1));

        test.Breaker.State.ShouldBe(CircuitState.Closed);
    }

    [Fact]
    public void Exit_SlowProbe_OpensAgain()
    {
        TestBreaker test = HalfOpen();
        test.Call(CallVerdict.Success, Slow);

        test.Breaker.State.ShouldBe(CircuitState.Open);
        test.Breaker.TimeUntilProbe().ShouldBe(TestBreaker.ResetTimeout);
    }

    [Fact]
    public void Exit_FastProbes_Close()
    {
        TestBreaker test = HalfOpen().Succeed(2);

        test.Breaker.State.ShouldBe(CircuitState.Closed);
    }

    [Fact]
    public void Exit_SlowProbeThatSaysNothing_GivesItsPermitBack()
    {
        TestBreaker test = HalfOpen();
        test.Call(CallVerdict.Neutral, Slow);

        test.Breaker.State.ShouldBe(CircuitState.HalfOpen);
        test.Succeed(2).Breaker.State.ShouldBe(CircuitState.Closed);
    }

    [Fact]
    public async Task ExecuteAsync_SlowAnswers_OpenTheCircuit()
    {
        using TestResilience test = TestResilience.WithProfile(
            "Timeout:DefaultTimeout=00:01:00",
            "Timeout:AttemptTimeout=00:01:00",
            "CircuitBreaker:SlowCallDuration=00:00:01",
            "CircuitBreaker:SlowCallRatio=1",
            "CircuitBreaker:MinimumThroughput=2");
        for (int i = 0; i < 2; i++)
        {
            var end = new TaskCompletionSource<string>();
            Task<string> running = test.RunAsync(test.Work().WaitsFor(end));
            test.Clock.Advance(TimeSpan.FromSeconds(2));
            end.SetResult("real");
            (await running).ShouldBe("real");
        }

        test.Snapshot().CircuitState.ShouldBe(CircuitState.Open);
        (await test.FailAsync<CircuitOpenRejectedException>(test.Work().Answers())).State.ShouldBe(CircuitState.Open);
    }

    private static TestBreaker HalfOpen()
    {
        var test = new TestBreaker(HalfOfFour with { FailureThreshold = 1 });
        test.Fail(1);
        test.Clock.Advance(TestBreaker.ResetTimeout);
        return test;
    }
}
