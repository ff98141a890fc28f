namespace HaptiTalk.Messaging.Resilience.Tests;

public sealed class CircuitBreakerOpeningTests
{
    [Fact]
    public void Exit_FailuresBelowThreshold_StaysClosed()
    {
        TestBreaker test = new TestBreaker(failureThreshold: 3).Fail(2);

        test.Breaker.State.ShouldBe(CircuitState.Closed);
        test.Breaker.FailureCount.ShouldBe(2);
        test.Transitions.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    public void Exit_FailuresReachThreshold_Opens(int threshold)
    {
        TestBreaker test = new TestBreaker(threshold).Fail(threshold);

        test.Breaker.State.ShouldBe(CircuitState.Open);
        test.Transitions.ShouldBe([new(CircuitState.Closed, CircuitState.Open, threshold, new(CircuitOpenReason.ConsecutiveFailures, TestBreaker.ResetTimeout))]);
    }

    [Fact]
    public void Exit_SuccessBetweenFailures_StartsTheCountAnew()
    {
        TestBreaker test = new TestBreaker(failureThreshold: 3).Fail(2);
        test.Call(CallVerdict.Success);
        test.Breaker.FailureCount.ShouldBe(0);

        test.Fail(2).Breaker.State.ShouldBe(CircuitState.Closed);
        test.Fail(1).Breaker.State.ShouldBe(CircuitState.Open);
    }

    [Fact]
    public void Exit_NeutralBetweenFailures_NeitherCountsNorResets()
    {
        TestBreaker test = new TestBreaker(failureThreshold: 3).Fail(2);
        test.Call(CallVerdict.Neutral);

        test.Breaker.FailureCount.ShouldBe(2);
        test.Fail(1).Breaker.State.ShouldBe(CircuitState.Open);
    }

    [Fact]
    public void Exit_OnlyNeutral_NeverOpens()
    {
        var test = new TestBreaker(failureThreshold: 1);
        for (int i = 0; i < 100; i++)
            test.Call(CallVerdict.Neutral);

        test.Breaker.State.ShouldBe(CircuitState.Closed);
    }

    [Fact]
    public void Exit_OverlappingCallsFail_CountsEach()
    {
        var test = new TestBreaker(failureThreshold: 3);
        CircuitPermit[] permits = [test.Enter(), test.Enter(), test.Enter(), test.Enter()];
        foreach (CircuitPermit permit in permits)
            test.Breaker.Exit(permit, CallVerdict.Failure);

        test.Breaker.State.ShouldBe(CircuitState.Open);
        test.Transitions.Count.ShouldBe(1);
    }

    [Fact]
    public void TryEnter_Open_Refuses()
    {
        TestBreaker test = new TestBreaker().Opened();
        test.IsRefused().ShouldBeTrue();

        test.Clock.Advance(TestBreaker.ResetTimeout - TimeSpan.FromTicks(1));
        test.IsRefused().ShouldBeTrue();
        test.Breaker.State.ShouldBe(CircuitState.Open);
    }

    [Fact]
    public void Explain_Open_SaysSinceWhenAndWhenToTryAgain()
    {
        var test = new TestBreaker();
        DateTimeOffset openedAt = test.Clock.GetUtcNow();
        test.Opened();
        test.Clock.Advance(TimeSpan.FromSeconds(4));

        test.Explain().ShouldBe((CircuitState.Open, openedAt, TimeSpan.FromSeconds(6)));
        test.Breaker.TimeUntilProbe().ShouldBe(TimeSpan.FromSeconds(6));
    }

    [Fact]
    public void Explain_OpenLongerThanResetTimeout_NeverNegative()
    {
        TestBreaker test = new TestBreaker().Opened();
        test.Clock.Advance(TimeSpan.FromDays(3));

        test.Explain().RetryAfter.ShouldBe(TimeSpan.Zero);
    }

    [Fact]
    public void Explain_ReopenedByAProbe_KeepsTheMomentItLeftClosed()
    {
        var test = new TestBreaker();
        DateTimeOffset leftClosedAt = test.Clock.GetUtcNow();
        test.ReadyToProbe().Call(CallVerdict.Failure);
        test.Clock.Advance(TimeSpan.FromSeconds(1));

        test.Explain().ShouldBe((CircuitState.Open, leftClosedAt, TimeSpan.FromSeconds(9)));
    }

    [Fact]
    public void Exit_CallBegunBeforeOpening_DecidesNothing()
    {
        var test = new TestBreaker();
        CircuitPermit late = test.Enter();
        CircuitPermit later = test.Enter();
        test.Opened();

        test.Breaker.Exit(late, CallVerdict.Success);
        test.Breaker.Exit(later, CallVerdict.Failure);

        test.Breaker.State.ShouldBe(CircuitState.Open);
        test.Breaker.FailureCount.ShouldBe(test.Options.FailureThreshold);
        test.Transitions.Count.ShouldBe(1);
    }
}
