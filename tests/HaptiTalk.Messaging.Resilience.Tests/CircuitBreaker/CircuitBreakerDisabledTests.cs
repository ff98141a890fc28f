namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>A breaker that an operator has disabled for a time.</summary>
public sealed class CircuitBreakerDisabledTests
{
    private static readonly TimeSpan Duration = TimeSpan.FromMinutes(10);

    [Fact]
    public void Disable_FailuresWithoutEnd_CountsThemAndNeverOpens()
    {
        var test = new TestBreaker(failureThreshold: 3);
        Disable(test);
        test.Fail(100);

        (test.Breaker.State, test.Breaker.FailureCount, test.Breaker.IsDue).ShouldBe((CircuitState.Disabled, 100, true));
        test.Succeed(1).Breaker.FailureCount.ShouldBe(0);
    }

    [Fact]
    public void Disable_SharesOfFailures_NeverOpens()
    {
        var test = new TestBreaker(new CircuitBreakerOptions { FailureThreshold = 1000, FailureRatio = 0.5, MinimumThroughput = 2 });
        Disable(test);
        test.Fail(100);

        test.Breaker.State.ShouldBe(CircuitState.Disabled);
    }

    [Fact]
    public void Disable_TimeHasPassed_ClosesByItselfAndCountsAnew()
    {
        var test = new TestBreaker(failureThreshold: 3);
        Disable(test);
        test.Fail(5);
        test.Clock.Advance(Duration - TimeSpan.FromSeconds(1));
        test.Breaker.State.ShouldBe(CircuitState.Disabled);
        test.Clock.Advance(TimeSpan.FromSeconds(1));

        (test.Breaker.State, test.Breaker.FailureCount).ShouldBe((CircuitState.Closed, 0));
        test.Fail(2).Breaker.State.ShouldBe(CircuitState.Closed);
        test.Fail(1).Breaker.State.ShouldBe(CircuitState.Open);
    }

    [Fact]
    public async Task Disable_OpenWithSomebodyWaiting_AdmitsAtOnce()
    {
        TestBreaker test = new TestBreaker().Opened();
        Task waiting = test.Breaker.WaitForChangeAsync(Timeout.InfiniteTimeSpan, TestContext.Current.CancellationToken);
        Disable(test);

        await waiting;
        test.IsRefused().ShouldBeFalse();
        test.Breaker.TimeUntilProbe().ShouldBe(TimeSpan.Zero);
    }

    [Fact]
    public void Disable_Again_CountsFromThen()
    {
        var test = new TestBreaker();
        Disable(test);
        test.Clock.Advance(Duration / 2);
        Disable(test);
        test.Clock.Advance(Duration * 0.75);
        CircuitState before = test.Breaker.State;
        test.Clock.Advance(Duration * 0.25);

        (before, test.Breaker.State).ShouldBe((CircuitState.Disabled, CircuitState.Closed));
        test.Transitions.Select(transition => transition.To).ShouldBe([CircuitState.Disabled, CircuitState.Closed]);
    }

    [Fact]
    public void Close_Disabled_EndsItAtOnce()
    {
        var test = new TestBreaker(failureThreshold: 1);
        Disable(test);
        test.Breaker.Close();
        test.Opened();
        test.Clock.Advance(Duration);

        test.Breaker.State.ShouldBe(CircuitState.Open);
        test.Breaker.View().DisabledUntil.ShouldBeNull();
    }

    [Fact]
    public void Isolate_Disabled_EndsItAtOnce()
    {
        var test = new TestBreaker();
        Disable(test);
        test.Breaker.Isolate();
        test.Clock.Advance(Duration);

        test.Breaker.State.ShouldBe(CircuitState.Isolated);
    }

    [Fact]
    public void Disable_EachChange_IsReported()
    {
        var test = new TestBreaker();
        DateTimeOffset until = test.Clock.GetUtcNow() + Duration;
        Disable(test);
        test.Clock.Advance(Duration);

        test.Transitions.ShouldBe(
        [
            new(CircuitState.Closed, CircuitState.Disabled, 0, null, until),
            new(CircuitState.Disabled, CircuitState.Closed, 0, null),
        ]);
    }

    private static void Disable(TestBreaker test) => test.Breaker.Disable(test.Clock.GetUtcNow() + Duration);
}
