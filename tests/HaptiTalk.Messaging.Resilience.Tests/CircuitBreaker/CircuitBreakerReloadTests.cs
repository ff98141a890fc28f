namespace HaptiTalk.Messaging.Resilience.Tests;

public sealed class CircuitBreakerReloadTests
{
    [Fact]
    public void Apply_Open_KeepsStateAndRemainingTime()
    {
        TestBreaker test = new TestBreaker().Opened();
        test.Clock.Advance(TimeSpan.FromSeconds(7));
        test.Breaker.Apply(test.Options with { FailureThreshold = 50 });

        test.Breaker.State.ShouldBe(CircuitState.Open);
        test.Breaker.TimeUntilProbe().ShouldBe(TimeSpan.FromSeconds(3));
        test.Transitions.Count.ShouldBe(1);
    }

    [Fact]
    public void Apply_OtherResetTimeout_CountsFromTheMomentItOpened()
    {
        TestBreaker test = new TestBreaker().Opened();
        test.Clock.Advance(TimeSpan.FromSeconds(4));

        test.Breaker.Apply(test.Options with { ResetTimeout = TimeSpan.FromSeconds(30) });
        test.Breaker.TimeUntilProbe().ShouldBe(TimeSpan.FromSeconds(26));
        test.Breaker.Apply(test.Options with { ResetTimeout = TimeSpan.FromSeconds(3) });
        test.Breaker.TimeUntilProbe().ShouldBe(TimeSpan.Zero);
        test.Call(CallVerdict.Success);
        test.Breaker.State.ShouldBe(CircuitState.HalfOpen);
    }

    [Fact]
    public void Apply_Closed_KeepsTheFailuresCountedSoFar()
    {
        TestBreaker test = new TestBreaker(failureThreshold: 10).Fail(4);
        test.Breaker.Apply(test.Options with { FailureThreshold = 5 });

        test.Breaker.FailureCount.ShouldBe(4);
        test.Fail(1).Breaker.State.ShouldBe(CircuitState.Open);
    }

    [Fact]
    public void Apply_ThresholdBelowTheCount_OpensWithTheNextFailureOnly()
    {
        TestBreaker test = new TestBreaker(failureThreshold: 10).Fail(4);
        test.Breaker.Apply(test.Options with { FailureThreshold = 2 });

        test.Breaker.State.ShouldBe(CircuitState.Closed);
        test.Fail(1).Breaker.State.ShouldBe(CircuitState.Open);
    }

    [Fact]
    public void Apply_CallRunning_ItsOutcomeStillCounts()
    {
        var test = new TestBreaker(failureThreshold: 1);
        CircuitPermit running = test.Enter();
        test.Breaker.Apply(test.Options with { ResetTimeout = TimeSpan.FromMinutes(1) });
        test.Breaker.Exit(running, CallVerdict.Failure);

        test.Breaker.State.ShouldBe(CircuitState.Open);
    }

    [Fact]
    public void Apply_HalfOpenMoreCalls_AdmitsTheDifference()
    {
        TestBreaker test = new TestBreaker(halfOpenMaxCalls: 1).ReadyToProbe();
        test.Enter();
        test.IsRefused().ShouldBeTrue();
        test.Breaker.Apply(test.Options with { HalfOpenMaxCalls = 2 });

        test.Enter();
        test.IsRefused().ShouldBeTrue();
    }

    [Fact]
    public void Apply_HalfOpenFewerCalls_AdmitsNobodyUntilEnoughHaveEnded()
    {
        TestBreaker test = new TestBreaker(halfOpenMaxCalls: 3).ReadyToProbe();
        CircuitPermit[] probes = [test.Enter(), test.Enter(), test.Enter()];
        test.Breaker.Apply(test.Options with { HalfOpenMaxCalls = 1 });

        test.Breaker.Exit(probes[0], CallVerdict.Neutral);
        test.IsRefused().ShouldBeTrue();
        test.Breaker.Exit(probes[1], CallVerdict.Success);
        test.Breaker.State.ShouldBe(CircuitState.Closed);
    }

    [Fact]
    public void Apply_HalfOpenAndAlreadyEnoughSuccesses_Closes()
    {
        TestBreaker test = new TestBreaker(halfOpenMaxCalls: 3).ReadyToProbe();
        test.Call(CallVerdict.Success);
        test.Call(CallVerdict.Success);
        test.Breaker.Apply(test.Options with { HalfOpenMaxCalls = 2 });

        // Otherwise it would be half-open for ever: no probe is admitted any more whose success could close it.
        test.Breaker.State.ShouldBe(CircuitState.Closed);
        test.Transitions[^1].ShouldBe(new(CircuitState.HalfOpen, CircuitState.Closed, test.Options.FailureThreshold, null));
        test.Call(CallVerdict.Success);
    }

    [Fact]
    public void Apply_Isolated_StaysIsolated()
    {
        var test = new TestBreaker();
        test.Breaker.Isolate();
        test.Breaker.Apply(test.Options with { FailureThreshold = 1 });

        test.Breaker.State.ShouldBe(CircuitState.Isolated);
    }
}
