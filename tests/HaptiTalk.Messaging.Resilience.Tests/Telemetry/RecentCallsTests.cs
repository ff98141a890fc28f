using Microsoft.Extensions.Time.Testing;

namespace HaptiTalk.Messaging.Resilience.Tests;

public sealed class RecentCallsTests
{
    private static readonly TimeSpan Fast = TimeSpan.FromMilliseconds(10);

    private readonly FakeTimeProvider _clock = new();
    private readonly RecentCalls _recent;

    public RecentCallsTests() => _recent = new(_clock);

    [Fact]
    public void Read_NoCalls_HasNoPercentile() => _recent.Read().ShouldBe(new(0, 0, 0, 0, 0, Percentile99: null));

    [Fact]
    public void Read_FirstSecond_DoesNotExaggerate()
    {
        _clock.Advance(TimeSpan.FromMilliseconds(10));
        Add(3);

        _recent.Read().PerSecond.ShouldBe(3);
    }

    [Fact]
    public void Read_YoungProcess_DividesByItsAge()
    {
        _clock.Advance(TimeSpan.FromSeconds(20));
        Add(60);

        _recent.Read().PerSecond.ShouldBe(3);
    }

    [Fact]
    public void Read_SteadyCalls_TellsTheirRateWheneverItIsAsked()
    {
        for (int second = 0; second < 300; second++)
        {
            Add(7);
            _clock.Advance(TimeSpan.FromSeconds(1));
            _recent.Read().PerSecond.ShouldBe(7, tolerance: 0.001, $"after {second + 1} s");
        }
    }

    [Fact]
    public void Read_AMinuteAfterwards_HasForgottenThem()
    {
        Add(100);
        _clock.Advance(TimeSpan.FromSeconds(59));
        _recent.Read().Percentile99.ShouldNotBeNull();
        _clock.Advance(TimeSpan.FromSeconds(6));

        _recent.Read().ShouldBe(new(0, 0, 0, 0, 0, Percentile99: null));
    }

    [Fact]
    public void Read_SlowCallsAMinuteAgo_DoNotCountAnyMore()
    {
        Add(10, TimeSpan.FromSeconds(9));
        _clock.Advance(TimeSpan.FromSeconds(61));
        Add(10);

        _recent.Read().Percentile99!.Value.ShouldBeInRange(Fast, Fast * 1.125);
    }

    [Fact]
    public async Task Add_ManyThreads_LosesNone()
    {
        _clock.Advance(TimeSpan.FromSeconds(10));
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => Add(50_000), TestContext.Current.CancellationToken)));

        _recent.Read().PerSecond.ShouldBe(20_000);
    }

    [Fact]
    public async Task Execute_RecentCallsKept_CountsEveryEndOfACall()
    {
        using TestResilience test = TestResilience.WithProfile("Retry:MaxRetries=0", "CircuitBreaker:FailureThreshold=1", "Timeout:DefaultTimeout=00:00:02");
        ResilienceTelemetry telemetry = test.State.Telemetry;
        await test.RunAsync(test.Work().Answers());
        telemetry.KeepsRecentCalls = true;
        await test.RunAsync(test.Work().Answers());
        await test.FailAsync<ExecutionTimeoutException>(test.Work().Hangs());
        await test.FailAsync<CircuitOpenRejectedException>(test.Work().Answers());
        test.Clock.Advance(TimeSpan.FromSeconds(1));

        RecentExecutions recent = test.State.Recent.Read();
        recent.PerSecond.ShouldBe(1);
        recent.Percentile99!.Value.ShouldBeInRange(TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(2.25));
    }

    [Fact]
    public void Read_CallsOfSeveralResults_CountsThoseOfTheLastMinute()
    {
        Add(3);
        _recent.Add(ExecutionResult.Rejected, Fast, _clock.GetTimestamp());
        _clock.Advance(TimeSpan.FromSeconds(30));
        Add(2);
        Counts().ShouldBe((5, 1, 0, 1));

        _clock.Advance(TimeSpan.FromSeconds(35));

        Counts().ShouldBe((2, 0, 0, 0));
    }

    private (long Successful, long Failed, long Fallback, long Rejected) Counts()
    {
        RecentExecutions recent = _recent.Read();
        return (recent.Successful, recent.Failed, recent.Fallback, recent.Rejected);
    }

    private void Add(int calls, TimeSpan? elapsed = null)
    {
        for (int i = 0; i < calls; i++)
            _recent.Add(ExecutionResult.Success, elapsed ?? Fast, _clock.GetTimestamp());
    }
}
