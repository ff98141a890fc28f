namespace HaptiTalk.Messaging.Resilience.Tests;

public sealed class CircuitBreakerProbingTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void TryEnter_ResetTimeoutPassed_AdmitsAtMostHalfOpenMaxCalls(int maxCalls)
    {
        TestBreaker test = new TestBreaker(halfOpenMaxCalls: maxCalls).ReadyToProbe();
        for (int i = 0; i < maxCalls; i++)
            test.Enter();

        test.Breaker.State.ShouldBe(CircuitState.HalfOpen);
        test.IsRefused().ShouldBeTrue();
    }

    [Fact]
    public void Exit_OneProbeSucceeded_AdmitsNoMoreThanAreNeeded()
    {
        TestBreaker test = new TestBreaker(halfOpenMaxCalls: 2).ReadyToProbe();
        CircuitPermit first = test.Enter();
        test.Enter();
        test.Breaker.Exit(first, CallVerdict.Success);

        // One success and one probe on its way are all it takes to decide.
        test.IsRefused().ShouldBeTrue();
        test.Breaker.State.ShouldBe(CircuitState.HalfOpen);
    }

    [Fact]
    public void Exit_HalfOpenMaxCallsSucceeded_Closes()
    {
        TestBreaker test = new TestBreaker(halfOpenMaxCalls: 2).ReadyToProbe();
        test.Call(CallVerdict.Success);
        test.Breaker.State.ShouldBe(CircuitState.HalfOpen);
        test.Call(CallVerdict.Success);

        test.Breaker.State.ShouldBe(CircuitState.Closed);
        test.Breaker.FailureCount.ShouldBe(0);
        test.Explain().ShouldBe((CircuitState.Closed, null, TimeSpan.Zero));
        test.Transitions.Select(transition => (transition.From, transition.To)).ShouldBe(
        [
            (CircuitState.Closed, CircuitState.Open), (CircuitState.Open, CircuitState.HalfOpen), (CircuitState.HalfOpen, CircuitState.Closed),
        ]);
    }

    [Fact]
    public void Exit_FirstProbeFails_ReopensForTheWholeResetTimeout()
    {
        TestBreaker test = new TestBreaker(failureThreshold: 3, halfOpenMaxCalls: 2).ReadyToProbe();
        test.Call(CallVerdict.Failure);

        test.Breaker.State.ShouldBe(CircuitState.Open);
        test.Breaker.FailureCount.ShouldBe(4);
        test.Transitions[^1].Opening.ShouldBe(new(CircuitOpenReason.FailedProbe, TestBreaker.ResetTimeout));
        test.Breaker.TimeUntilProbe().ShouldBe(TestBreaker.ResetTimeout);
        test.IsRefused().ShouldBeTrue();
    }

    [Fact]
    public void Exit_FailureAfterASuccess_ReopensAndForgetsTheSuccess()
    {
        TestBreaker test = new TestBreaker(halfOpenMaxCalls: 2).ReadyToProbe();
        test.Call(CallVerdict.Success);
        test.Call(CallVerdict.Failure);
        test.Clock.Advance(TestBreaker.ResetTimeout);

        test.Call(CallVerdict.Success);
        test.Breaker.State.ShouldBe(CircuitState.HalfOpen);
        test.Call(CallVerdict.Success);
        test.Breaker.State.ShouldBe(CircuitState.Closed);
    }

    [Fact]
    public void Exit_NeutralProbe_GivesItsPlaceToAnother()
    {
        TestBreaker test = new TestBreaker(halfOpenMaxCalls: 1).ReadyToProbe();
        for (int i = 0; i < 10; i++)
            test.Call(CallVerdict.Neutral);

        test.Breaker.State.ShouldBe(CircuitState.HalfOpen);
        test.Call(CallVerdict.Success);
        test.Breaker.State.ShouldBe(CircuitState.Closed);
    }

    [Fact]
    public void Exit_ProbeOfAnEarlierPeriod_DecidesNothing()
    {
        TestBreaker test = new TestBreaker(halfOpenMaxCalls: 2).ReadyToProbe();
        CircuitPermit late = test.Enter();
        test.Call(CallVerdict.Failure);
        test.Clock.Advance(TestBreaker.ResetTimeout);
        test.Call(CallVerdict.Success);

        test.Breaker.Exit(late, CallVerdict.Success);
        test.Breaker.State.ShouldBe(CircuitState.HalfOpen);
        test.Breaker.Exit(late, CallVerdict.Failure);
        test.Breaker.State.ShouldBe(CircuitState.HalfOpen);
    }

    [Fact]
    public void Exit_TheSameProbeTwice_CountsOnce()
    {
        TestBreaker test = new TestBreaker(halfOpenMaxCalls: 2).ReadyToProbe();
        CircuitPermit permit = test.Enter();
        test.Breaker.Exit(permit, CallVerdict.Success);
        test.Breaker.Exit(permit, CallVerdict.Success);

        test.Breaker.State.ShouldBe(CircuitState.HalfOpen);
    }

    [Fact]
    public void TryEnter_ProbeNeverEnded_IsReplacedAfterResetTimeout()
    {
        TestBreaker test = new TestBreaker(halfOpenMaxCalls: 1).ReadyToProbe();
        test.Enter();
        test.Clock.Advance(TestBreaker.ResetTimeout - TimeSpan.FromTicks(1));
        test.IsRefused().ShouldBeTrue();
        test.Breaker.TimeUntilProbe().ShouldBe(TimeSpan.FromTicks(1));

        test.Clock.Advance(TimeSpan.FromTicks(1));
        test.Call(CallVerdict.Success);
        test.Breaker.State.ShouldBe(CircuitState.Closed);
    }

    [Theory]
    [InlineData((int)CallVerdict.Success)]
    [InlineData((int)CallVerdict.Failure)]
    public void Exit_ProbeThatWasGivenUp_DecidesNothing(int verdict)
    {
        TestBreaker test = new TestBreaker(halfOpenMaxCalls: 1).ReadyToProbe();
        CircuitPermit lost = test.Enter();
        test.Clock.Advance(TestBreaker.ResetTimeout);
        CircuitPermit replacement = test.Enter();

        test.Breaker.Exit(lost, (CallVerdict)verdict);
        test.Breaker.State.ShouldBe(CircuitState.HalfOpen);
        test.IsRefused().ShouldBeTrue();

        test.Breaker.Exit(replacement, CallVerdict.Success);
        test.Breaker.State.ShouldBe(CircuitState.Closed);
    }
}
