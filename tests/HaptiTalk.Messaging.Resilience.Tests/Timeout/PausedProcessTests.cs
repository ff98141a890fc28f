using Microsoft.Extensions.DependencyInjection;

namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>What timed out late because the process itself stood still says nothing about the service.</summary>
public sealed class PausedProcessTests
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1.2);

    [Fact]
    public async Task Execute_TimesOutWhileTheProcessStandsStill_CountsForNothing()
    {
        using TestResilience test = WithProfile("CircuitBreaker:FailureThreshold=1");
        Task<string>[] running = [.. Enumerable.Range(0, 10).Select(_ => test.RunAsync(test.Work().Hangs()))];
        test.PassTime(TimeSpan.FromMilliseconds(500));
        test.Clock.Advance(Pause);
        foreach (Task<string> call in running)
            await Should.ThrowAsync<ExecutionTimeoutException>(call);

        (test.Circuit.Breaker.State, test.Circuit.Breaker.FailureCount).ShouldBe((CircuitState.Closed, 0));
        test.Measured.Of("circuit_breaker_calls").ShouldAllBe(measured => measured.Tags.Contains("result=late"));
        test.Measured.Of("operation_timeouts").Count.ShouldBe(10);
        test.Log.Entries.Count(entry => entry.Message.Contains("stood still", StringComparison.Ordinal)).ShouldBe(1);
    }

    [Fact]
    public async Task Execute_TimesOutInARunningProcess_CountsAsEver()
    {
        using TestResilience test = WithProfile("CircuitBreaker:FailureThreshold=1");
        await test.FailAsync<ExecutionTimeoutException>(test.Work().Hangs());

        test.Circuit.Breaker.State.ShouldBe(CircuitState.Open);
    }

    [Fact]
    public async Task Execute_ProbeTimesOutWhileTheProcessStandsStill_ItsPlaceIsGivenBack()
    {
        using TestResilience test = WithProfile("CircuitBreaker:FailureThreshold=1", "CircuitBreaker:ResetTimeout=00:00:10", "CircuitBreaker:HalfOpenMaxCalls=1");
        await test.FailAsync<InvalidOperationException>(test.Work().Fails());
        test.PassTime(TimeSpan.FromSeconds(10));
        Task<string> probe = test.RunAsync(test.Work().Hangs());
        test.Clock.Advance(Pause);
        await Should.ThrowAsync<ExecutionTimeoutException>(probe);

        test.Circuit.Breaker.State.ShouldBe(CircuitState.HalfOpen);
        (await test.RunAsync(test.Work().Answers())).ShouldBe("real");
        test.Circuit.Breaker.State.ShouldBe(CircuitState.Closed);
    }

    [Fact]
    public async Task Execute_TimesOutWhileTheProcessStandsStill_DoesNotCountForLaterFallbacks()
    {
        using TestResilience test = WithProfile("Fallback:ErrorThreshold=2");
        test.User.RegisterFallback("execute", static (_, _) => ValueTask.FromResult("instead"));
        Task<string> late = test.RunAsync(test.Work().Hangs());
        test.Clock.Advance(Pause);
        await Should.ThrowAsync<ExecutionTimeoutException>(late);

        await test.FailAsync<InvalidOperationException>(test.Work().Fails());
        (await test.RunAsync(test.Work().Fails())).ShouldBe("instead");
    }

    [Fact]
    public async Task Execute_AnswerCameWhileTheProcessStoodStill_WinsOverTheTimeout()
    {
        using TestResilience test = WithProfile();
        var answer = new TaskCompletionSource<string>();
        Task<string> running = test.RunAsync(test.Work().WaitsFor(answer));
        test.Clock.Advance(Pause);
        answer.SetResult("in the socket");

        (await running).ShouldBe("in the socket");
        test.Measured.Of("operation_timeouts").ShouldBeEmpty();
    }

    // The process's time is the test's, too.
    private static TestResilience WithProfile(params string[] settings) => TestResilience.Configured(
        static builder => builder.Services.AddSingleton(static services => new ProcessPauses(services.GetRequiredService<TimeProvider>())),
        ["Retry:MaxRetries=0", "Timeout:DefaultTimeout=00:00:01", .. settings]);
}
