using Microsoft.Extensions.Time.Testing;

namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>A breaker on a clock that the test moves, with its reports recorded.</summary>
internal sealed class TestBreaker
{
    public static readonly TimeSpan ResetTimeout = TimeSpan.FromSeconds(10);

    public TestBreaker(int failureThreshold = 3, int halfOpenMaxCalls = 2)
        : this(new CircuitBreakerOptions { FailureThreshold = failureThreshold, ResetTimeout = ResetTimeout, HalfOpenMaxCalls = halfOpenMaxCalls })
    {
    }

    public TestBreaker(CircuitBreakerOptions options)
    {
        Options = options;
        Breaker = new(Options, Clock, Record);
    }

    public FakeTimeProvider Clock { get; } = new(new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));

    public CircuitBreakerOptions Options { get; }

    public CircuitBreaker Breaker { get; }

    public List<CircuitTransition> Transitions { get; } = [];

    public CircuitPermit Enter()
    {
        Breaker.TryEnter(out CircuitPermit permit).ShouldBeTrue();
        return permit;
    }

    public bool IsRefused() => !Breaker.TryEnter(out _);

    /// <summary>What a caller that was not admitted is told.</summary>
    public (CircuitState State, DateTimeOffset? Since, TimeSpan? RetryAfter) Explain()
    {
        CircuitView now = Breaker.View();
        return (now.State, now.Since, now.TimeUntilProbe);
    }

    public void Call(CallVerdict verdict) => Breaker.Exit(Enter(), verdict);

    /// <summary>A call that takes as long as this.</summary>
    public void Call(CallVerdict verdict, TimeSpan duration)
    {
        CircuitPermit permit = Enter();
        Clock.Advance(duration);
        Breaker.Exit(permit, verdict);
    }

    public TestBreaker Fail(int times) => Call(CallVerdict.Failure, times);

    public TestBreaker Succeed(int times) => Call(CallVerdict.Success, times);

    /// <summary>Opened by failures at the present moment.</summary>
    public TestBreaker Opened()
    {
        Fail(Options.FailureThreshold);
        Breaker.State.ShouldBe(CircuitState.Open);
        return this;
    }

    /// <summary>Opened, and open for so long that the next call is a probe.</summary>
    public TestBreaker ReadyToProbe()
    {
        Opened();
        Clock.Advance(ResetTimeout);
        return this;
    }

    private TestBreaker Call(CallVerdict verdict, int times)
    {
        for (int i = 0; i < times; i++)
            Call(verdict);
        return this;
    }

    private void Record(CircuitTransition transition)
    {
        lock (Transitions)
            Transitions.Add(transition);
    }
}
