namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>The second rule: a share of the recent calls has failed.</summary>
public sealed class CircuitBreakerRatioTests
{
    private static readonly CircuitBreakerOptions HalfOfTen = new()
    {
        FailureThreshold = 1000,
        FailureRatio = 0.5,
        MinimumThroughput = 10,
        SamplingDuration = TimeSpan.FromSeconds(30),
        ResetTimeout = TestBreaker.ResetTimeout,
        HalfOpenMaxCalls = 1,
    };

    [Fact]
    public void Exit_ShareReached_Opens()
    {
        TestBreaker test = new TestBreaker(HalfOfTen).Succeed(5).Fail(4);
        test.Breaker.State.ShouldBe(CircuitState.Closed);

        test.Fail(1).Breaker.State.ShouldBe(CircuitState.Open);
        test.Transitions.ShouldHaveSingleItem().Opening.ShouldBe(new(CircuitOpenReason.FailureRatio, TestBreaker.ResetTimeout));
    }

    [Fact]
    public void Exit_ShareJustMissed_StaysClosed() =>
        new TestBreaker(HalfOfTen).Succeed(51).Fail(49).Breaker.State.ShouldBe(CircuitState.Closed);

    [Fact]
    public void Exit_SuccessesBetween_TheFailuresStillCount()
    {
        var test = new TestBreaker(HalfOfTen);
        for (int i = 0; i < 5; i++)
            test.Succeed(1).Fail(1);

        test.Breaker.State.ShouldBe(CircuitState.Open);
    }

    [Fact]
    public void Exit_SuccessThatCompletesTheThroughput_OpensWhereTheShareIsReached() =>
        new TestBreaker(HalfOfTen).Fail(9).Succeed(1).Breaker.State.ShouldBe(CircuitState.Open);

    [Fact]
    public void Exit_TooFewCalls_NoShareIsJudged() => new TestBreaker(HalfOfTen).Fail(9).Breaker.State.ShouldBe(CircuitState.Closed);

    [Fact]
    public void Exit_NeutralCalls_AreNoThroughput()
    {
        TestBreaker test = new TestBreaker(HalfOfTen).Fail(9);
        for (int i = 0; i < 20; i++)
            test.Call(CallVerdict.Neutral);

        test.Breaker.State.ShouldBe(CircuitState.Closed);
        test.Fail(1).Breaker.State.ShouldBe(CircuitState.Open);
    }

    [Fact]
    public void Exit_SamplingDurationPassed_OldCallsAreForgotten()
    {
        TestBreaker test = new TestBreaker(HalfOfTen).Fail(9);
        test.Clock.Advance(HalfOfTen.SamplingDuration);

        test.Fail(9).Breaker.State.ShouldBe(CircuitState.Closed);
        test.Fail(1).Breaker.State.ShouldBe(CircuitState.Open);
    }

    [Fact]
    public void Exit_CallsSpreadOverTheDuration_AreForgottenOneAfterTheOther()
    {
        // Steadily one failure and two successes every three seconds: a third, however long it lasts.
        var test = new TestBreaker(HalfOfTen);
        for (int i = 0; i < 100; i++)
        {
            test.Succeed(2).Fail(1);
            test.Clock.Advance(TimeSpan.FromSeconds(3));
        }

        test.Breaker.State.ShouldBe(CircuitState.Closed);

        // 27 seconds of it are left: 27 calls with 9 failures; nine more failures make it a half.
        test.Fail(8).Breaker.State.ShouldBe(CircuitState.Closed);
        test.Fail(1).Breaker.State.ShouldBe(CircuitState.Open);
    }

    [Fact]
    public void Exit_ConsecutiveRule_StillHolds() =>
        new TestBreaker(HalfOfTen with { FailureThreshold = 3 }).Fail(3).Breaker.State.ShouldBe(CircuitState.Open);

    [Fact]
    public void Exit_ClosedAgain_CountsAnew()
    {
        TestBreaker test = new TestBreaker(HalfOfTen).Fail(10);
        test.Clock.Advance(TestBreaker.ResetTimeout);
        test.Succeed(1).Breaker.State.ShouldBe(CircuitState.Closed);

        test.Fail(9).Breaker.State.ShouldBe(CircuitState.Closed);
        test.Fail(1).Breaker.State.ShouldBe(CircuitState.Open);
    }

    [Fact]
    public void Exit_CallFromBeforeItOpened_DoesNotCountAfterIt()
    {
        var test = new TestBreaker(HalfOfTen with { MinimumThroughput = 1, FailureRatio = 1 });
        CircuitPermit early = test.Enter();
        test.Fail(1);
        test.Clock.Advance(TestBreaker.ResetTimeout);
        test.Succeed(1);
        test.Breaker.Exit(early, CallVerdict.Failure);

        test.Breaker.State.ShouldBe(CircuitState.Closed);
    }

    [Fact]
    public void Isolate_ShareReachedMeanwhile_StaysIsolated()
    {
        var test = new TestBreaker(HalfOfTen with { MinimumThroughput = 1 });
        CircuitPermit running = test.Enter();
        test.Breaker.Isolate();
        test.Breaker.Exit(running, CallVerdict.Failure);

        test.Breaker.State.ShouldBe(CircuitState.Isolated);
    }

    [Fact]
    public void Apply_OtherRatio_JudgesWhatHasHappened()
    {
        TestBreaker test = new TestBreaker(HalfOfTen).Succeed(15).Fail(5);
        test.Breaker.Apply(HalfOfTen with { FailureRatio = 0.25 });

        test.Fail(1).Breaker.State.ShouldBe(CircuitState.Open);
    }

    [Fact]
    public void Apply_RatioTurnedOff_TheConsecutiveRuleAloneIsLeft()
    {
        TestBreaker test = new TestBreaker(HalfOfTen).Fail(9);
        test.Breaker.Apply(HalfOfTen with { FailureRatio = null });

        test.Fail(50).Breaker.State.ShouldBe(CircuitState.Closed);
    }

    [Fact]
    public void Apply_LongerOrShorterSampling_NeverCountsACallTwice()
    {
        var test = new TestBreaker(HalfOfTen);
        test.Clock.Advance(TimeSpan.FromMinutes(7));
        for (int i = 0; i < 9; i++)
        {
            test.Fail(1);
            test.Breaker.Apply(HalfOfTen with { SamplingDuration = TimeSpan.FromSeconds(i % 2 == 0 ? 3600 : 1) });
        }

        test.Breaker.State.ShouldBe(CircuitState.Closed);
    }
}
