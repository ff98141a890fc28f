using Microsoft.Extensions.Logging;

namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>An outage is one line per transition and per minute, not one per call.</summary>
public sealed class RefusalLogTests
{
    private static readonly string[] OneFailureOpens =
        ["Retry:MaxRetries=0", "CircuitBreaker:FailureThreshold=1", "CircuitBreaker:HalfOpenMaxCalls=1", "CircuitBreaker:ResetTimeout=00:00:30"];

    [Fact]
    public async Task Log_TenThousandCallsRefusedByTheBreaker_SumsThemUpWhenAProbeIsLetThrough()
    {
        using TestResilience test = TestResilience.WithProfile(OneFailureOpens);
        await test.FailAsync<InvalidOperationException>(test.Work().Fails());
        for (int i = 0; i < 10_000; i++)
            await test.FailAsync<CircuitOpenRejectedException>(test.Work().Answers());
        test.Clock.Advance(TimeSpan.FromSeconds(30));
        await test.RunAsync(test.Work().Answers());

        test.Log.Entries.Select(entry => $"{entry.Level}: {entry.Message}").ShouldBe(
        [
            "Warning: Circuit of 'user' (local, all operations) opened: ConsecutiveFailures, failures in a row: 1; next probe in 00:00:30. What opened it: System.InvalidOperationException: broken.",
            "Information: Circuit of 'user' (local, all operations) refuses. Calls refused since the last such line: 10000, within 00:00:30.",
            "Information: Circuit of 'user' (local, all operations) went from Open to HalfOpen.",
            "Information: Circuit of 'user' (local, all operations) went from HalfOpen to Closed.",
        ]);
    }

    [Fact]
    public async Task Log_CircuitIsolatedForLong_SumsUpOnceAMinute()
    {
        using TestResilience test = TestResilience.WithProfile();
        test.Circuit.Breaker.Isolate();
        for (int second = 0; second < 150; second++)
        {
            await test.FailAsync<CircuitOpenRejectedException>(test.Work().Answers());
            test.Clock.Advance(TimeSpan.FromSeconds(1));
        }

        Refusals(test).ShouldBe(
        [
            "Circuit of 'user' (local, all operations) refuses. Calls refused since the last such line: 61, within 00:01:00.",
            "Circuit of 'user' (local, all operations) refuses. Calls refused since the last such line: 60, within 00:01:00.",
        ]);
    }

    [Fact]
    public async Task Log_OperationWithACircuitOfItsOwn_IsNamedInEveryLine()
    {
        using TestResilience test = TestResilience.WithProfile(
            [.. OneFailureOpens, "Operations:export:Scope=Operation", "Operations:export:Bulkhead:MaxConcurrentCalls=1", "Operations:export:Bulkhead:QueueCapacity=0"]);
        var export = new ExecutionOptions { Operation = "export" };
        var end = new TaskCompletionSource<string>();
        Task<string> running = test.RunAsync(test.Work().WaitsFor(end), export);
        await test.FailAsync<BulkheadFullRejectedException>(test.Work().Answers(), export);
        end.SetException(new InvalidOperationException("broken"));
        await Should.ThrowAsync<InvalidOperationException>(running);
        await test.FailAsync<CircuitOpenRejectedException>(test.Work().Answers(), export);
        test.Clock.Advance(TimeSpan.FromSeconds(30));
        await test.RunAsync(test.Work().Answers(), export);

        test.Log.Entries.Select(entry => entry.Message).ShouldBe(
        [
            "Bulkhead of 'user' (local, export) is full; calls that run: 1. Calls refused since the last such line: 1, within 00:00:00.",
            "Circuit of 'user' (local, export) opened: ConsecutiveFailures, failures in a row: 1; next probe in 00:00:30. What opened it: System.InvalidOperationException: broken.",
            "Circuit of 'user' (local, export) refuses. Calls refused since the last such line: 1, within 00:00:30.",
            "Circuit of 'user' (local, export) went from Open to HalfOpen.",
            "Circuit of 'user' (local, export) went from HalfOpen to Closed.",
        ]);
    }

    [Fact]
    public async Task Log_NothingRefused_SaysNothing()
    {
        using TestResilience test = TestResilience.WithProfile(OneFailureOpens);
        await test.FailAsync<InvalidOperationException>(test.Work().Fails());
        test.Clock.Advance(TimeSpan.FromSeconds(30));
        await test.RunAsync(test.Work().Answers());

        Refusals(test).ShouldBeEmpty();
    }

    [Fact]
    public async Task Log_TenThousandCallsRefusedByTheBulkhead_SaysSoAtOnceAndThenOnceAMinute()
    {
        using TestResilience test = TestResilience.WithProfile("Bulkhead:MaxConcurrentCalls=1", "Bulkhead:QueueCapacity=0", "Timeout:DefaultTimeout=00:10:00");
        _ = test.RunAsync(test.Work().Hangs());
        for (int i = 0; i < 10_000; i++)
            await test.FailAsync<BulkheadFullRejectedException>(test.Work().Answers());
        test.Clock.Advance(TimeSpan.FromMinutes(1));
        await test.FailAsync<BulkheadFullRejectedException>(test.Work().Answers());

        test.Log.Entries.Select(entry => $"{entry.Level}: {entry.Message}").ShouldBe(
        [
            "Warning: Bulkhead of 'user' (local, all operations) is full; calls that run: 1. Calls refused since the last such line: 1, within 00:00:00.",
            "Warning: Bulkhead of 'user' (local, all operations) is full; calls that run: 1. Calls refused since the last such line: 10000, within 00:01:00.",
        ]);
    }

    [Fact]
    public async Task Log_FallbackThatFailsEveryTime_IsAWarningOnceAMinute()
    {
        using TestResilience test = TestResilience.WithProfile("Retry:MaxRetries=0", "CircuitBreaker:FailureThreshold=1000", "Fallback:ErrorThreshold=1");
        test.User.RegisterFallback<string>("execute", (_, _) => throw new IOException("no stand-in"));
        for (int i = 0; i < 100; i++)
            await test.FailAsync<InvalidOperationException>(test.Work().Fails());
        test.Clock.Advance(TimeSpan.FromMinutes(1));
        await test.FailAsync<InvalidOperationException>(test.Work().Fails());

        LogEntry[] warnings = [.. test.Log.Entries.Where(entry => entry.Level == LogLevel.Warning)];
        warnings.Select(entry => entry.Message[entry.Message.LastIndexOf(' ')..]).ShouldBe([" 1.", " 100."]);
        warnings.ShouldAllBe(entry => entry.Exception is IOException);
    }

    private static IEnumerable<string> Refusals(TestResilience test) =>
        test.Log.Entries.Select(entry => entry.Message).Where(message => message.Contains("refused"));
}
