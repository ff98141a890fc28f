namespace HaptiTalk.Messaging.Resilience.Tests;

public sealed class CircuitBreakerControlTests
{
    [Fact]
    public void Isolate_Closed_RefusesHoweverLongItLasts()
    {
        var test = new TestBreaker();
        test.Breaker.Isolate();
        test.Clock.Advance(TimeSpan.FromDays(30));

        test.IsRefused().ShouldBeTrue();
        test.Breaker.State.ShouldBe(CircuitState.Isolated);
        test.Breaker.TimeUntilProbe().ShouldBeNull();
    }

    [Fact]
    public void Isolate_CallsRunning_TheirOutcomesDecideNothing()
    {
        var test = new TestBreaker(failureThreshold: 1);
        CircuitPermit running = test.Enter();
        test.Breaker.Isolate();
        test.Breaker.Exit(running, CallVerdict.Failure);

        test.Breaker.State.ShouldBe(CircuitState.Isolated);
    }

    [Fact]
    public void Isolate_HalfOpen_EndsProbing()
    {
        TestBreaker test = new TestBreaker(halfOpenMaxCalls: 1).ReadyToProbe();
        CircuitPermit probe = test.Enter();
        test.Breaker.Isolate();
        test.Breaker.Exit(probe, CallVerdict.Success);

        test.Breaker.State.ShouldBe(CircuitState.Isolated);
        test.IsRefused().ShouldBeTrue();
    }

    [Fact]
    public void Isolate_Twice_ReportsOnce()
    {
        var test = new TestBreaker();
        test.Breaker.Isolate();
        test.Breaker.Isolate();

        test.Transitions.ShouldBe([new(CircuitState.Closed, CircuitState.Isolated, 0, null)]);
    }

    [Fact]
    public void Close_Isolated_AdmitsWithAFreshCount()
    {
        TestBreaker test = new TestBreaker(failureThreshold: 3).Fail(2);
        test.Breaker.Isolate();
        test.Breaker.Close();

        test.Breaker.State.ShouldBe(CircuitState.Closed);
        test.Fail(2).Breaker.State.ShouldBe(CircuitState.Closed);
        test.Fail(1).Breaker.State.ShouldBe(CircuitState.Open);
    }

    [Fact]
    public void Close_Open_AdmitsAtOnce()
    {
        TestBreaker test = new TestBreaker().Opened();
        test.Breaker.Close();

        test.Call(CallVerdict.Success);
        test.Explain().ShouldBe((CircuitState.Closed, null, TimeSpan.Zero));
    }

    [Fact]
    public void Explain_Isolated_HasNoTimeToTryAgain()
    {
        var test = new TestBreaker();
        DateTimeOffset now = test.Clock.GetUtcNow();
        test.Breaker.Isolate();

        test.Explain().ShouldBe((CircuitState.Isolated, now, null));
    }
}
