namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>A circuit that is told that what kept its calls back has ended.</summary>
public sealed class CircuitBreakerDueTests
{
    [Fact]
    public void MakeProbeDue_Open_AdmitsProbesAtOnce()
    {
        TestBreaker test = new TestBreaker(halfOpenMaxCalls: 2).Opened();
        test.IsRefused().ShouldBeTrue();

        test.Breaker.MakeProbeDue();

        test.Breaker.IsDue.ShouldBeTrue();
        test.Explain().RetryAfter.ShouldBe(TimeSpan.Zero);
        test.Enter();
        test.Enter();
        test.IsRefused().ShouldBeTrue();
        test.Breaker.State.ShouldBe(CircuitState.HalfOpen);
    }

    [Fact]
    public void MakeProbeDue_ProbeFails_ReopensForTheWholeResetTimeout()
    {
        TestBreaker test = new TestBreaker().Opened();
        test.Breaker.MakeProbeDue();
        test.Call(CallVerdict.Failure);

        test.Breaker.State.ShouldBe(CircuitState.Open);
        test.Breaker.TimeUntilProbe().ShouldBe(TestBreaker.ResetTimeout);
        test.IsRefused().ShouldBeTrue();
    }

    [Fact]
    public async Task MakeProbeDue_SomebodyWaits_IsWoken()
    {
        TestBreaker test = new TestBreaker().Opened();
        Task waiting = test.Breaker.WaitForChangeAsync(Timeout.InfiniteTimeSpan, TestContext.Current.CancellationToken);
        waiting.IsCompleted.ShouldBeFalse();

        test.Breaker.MakeProbeDue();

        await waiting.WaitAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public void MakeProbeDue_Closed_DoesNotShortenALaterOpening()
    {
        TestBreaker test = new();
        test.Breaker.MakeProbeDue();
        test.Opened();

        test.IsRefused().ShouldBeTrue();
    }

    [Fact]
    public void MakeProbeDue_Isolated_StaysIsolated()
    {
        TestBreaker test = new();
        test.Breaker.Isolate();
        test.Breaker.MakeProbeDue();

        test.IsRefused().ShouldBeTrue();
        test.Breaker.State.ShouldBe(CircuitState.Isolated);
    }
}
