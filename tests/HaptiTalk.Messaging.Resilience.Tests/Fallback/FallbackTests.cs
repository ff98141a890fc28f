namespace HaptiTalk.Messaging.Resilience.Tests;

public sealed class FallbackTests
{
    [Fact]
    public async Task Execute_FailuresBelowThreshold_AreThrownThenTheFallbackStandsIn()
    {
        using TestResilience test = Test("Fallback:ErrorThreshold=3");
        await test.FailAsync<InvalidOperationException>(test.Work().Fails());
        await test.FailAsync<InvalidOperationException>(test.Work().Fails());

        (await test.RunAsync(test.Work().Fails())).ShouldBe("degraded");
        (await test.RunAsync(test.Work().Fails())).ShouldBe("degraded");
    }

    [Fact]
    public async Task Execute_Success_ClearsTheCount()
    {
        using TestResilience test = Test("Fallback:ErrorThreshold=2");
        await test.FailAsync<InvalidOperationException>(test.Work().Fails());
        (await test.RunAsync(test.Work().Answers())).ShouldBe("real");

        await test.FailAsync<InvalidOperationException>(test.Work().Fails());
        (await test.RunAsync(test.Work().Fails())).ShouldBe("degraded");
    }

    [Fact]
    public async Task Execute_FailuresOutsideTheWindow_DoNotCount()
    {
        using TestResilience test = Test("Fallback:ErrorThreshold=2", "Fallback:ErrorWindow=00:00:10");
        await test.FailAsync<InvalidOperationException>(test.Work().Fails());
        test.Clock.Advance(TimeSpan.FromSeconds(11));

        await test.FailAsync<InvalidOperationException>(test.Work().Fails());
        test.Clock.Advance(TimeSpan.FromSeconds(9));
        (await test.RunAsync(test.Work().Fails())).ShouldBe("degraded");
    }

    [Fact]
    public async Task Execute_FailuresOfAnotherKey_DoNotCount()
    {
        using TestResilience test = Test("Fallback:ErrorThreshold=2");
        test.User.RegisterFallback("other", (_, _) => new ValueTask<string>("other"));
        var other = new ExecutionOptions { FallbackKey = "other" };
        await test.FailAsync<InvalidOperationException>(test.Work().Fails(), other);

        await test.FailAsync<InvalidOperationException>(test.Work().Fails());
        (await test.RunAsync(test.Work().Fails(), other)).ShouldBe("other");
    }

    [Fact]
    public async Task Execute_OperationsShareAKey_ShareItsCount()
    {
        using TestResilience test = Test("Fallback:ErrorThreshold=2");
        test.User.RegisterFallback("profile", (_, _) => new ValueTask<string>("cached profile"));
        await test.FailAsync<InvalidOperationException>(test.Work().Fails(), new() { Operation = "get", FallbackKey = "profile" });

        (await test.RunAsync(test.Work().Fails(), new() { Operation = "find", FallbackKey = "profile" })).ShouldBe("cached profile");
    }

    [Fact]
    public async Task Execute_NoKeyGiven_TheOperationIsTheKey()
    {
        using TestResilience test = Test();
        test.User.RegisterFallback("getUserProfile", (_, _) => new ValueTask<string>("by operation"));

        (await test.RunAsync(test.Work().Fails(), new() { Operation = "getUserProfile" })).ShouldBe("by operation");
    }

    [Fact]
    public async Task Execute_CircuitOpen_FallsBackAtOnce()
    {
        using TestResilience test = Test("Fallback:ErrorThreshold=100");
        test.Circuit.Breaker.Isolate();
        ScriptedWork work = test.Work().Answers();

        (await test.RunAsync(work)).ShouldBe("degraded");
        work.Attempts.ShouldBe(0);
    }

    [Fact]
    public async Task Execute_BulkheadFull_FallsBackAtOnce()
    {
        using TestResilience test = Test("Fallback:ErrorThreshold=100", "Bulkhead:MaxConcurrentCalls=1", "Bulkhead:QueueCapacity=0");
        Task<string> running = test.RunAsync(test.Work().Hangs());

        (await test.RunAsync(test.Work().Answers())).ShouldBe("degraded");
        running.IsCompleted.ShouldBeFalse();
    }

    [Fact]
    public async Task Execute_TimedOut_FallsBackOnceTheThresholdIsReached()
    {
        using TestResilience test = Test("Fallback:ErrorThreshold=2");
        await test.FailAsync<ExecutionTimeoutException>(test.Work().Hangs());
        Task<string> second = test.RunAsync(test.Work().Hangs());
        test.PassTimeUntil(second);

        (await second).ShouldBe("degraded");
    }

    [Fact]
    public async Task Execute_CallersMistake_NeverFallsBackNorCounts()
    {
        using TestResilience test = Test("Fallback:ErrorThreshold=2");
        await test.FailAsync<ArgumentException>(test.Work().Fails(new ArgumentException("wrong")));

        await test.FailAsync<InvalidOperationException>(test.Work().Fails());
        await test.FailAsync<ArgumentException>(test.Work().Fails(new ArgumentException("wrong")));
    }

    [Fact]
    public async Task Execute_CallerCancels_NeverFallsBack()
    {
        using TestResilience test = Test();
        using var caller = new CancellationTokenSource();
        Task<string> running = test.RunAsync(test.Work().Hangs(), caller: caller.Token);
        await caller.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(running);
    }

    [Fact]
    public async Task Execute_SourceIsTheLastGoodReply_WorkThatIsNoRequestHasWhatIsRegistered()
    {
        using TestResilience test = Test("Fallback:Source=LastGoodReply");
        (await test.RunAsync(test.Work().Answers())).ShouldBe("real");

        (await test.RunAsync(test.Work().Fails())).ShouldBe("degraded");
    }

    [Fact]
    public async Task RegisterFallback_TheSameKeyAgain_ReplacesTheEarlierOne()
    {
        using TestResilience test = Test();
        test.User.RegisterFallback("execute", (_, _) => new ValueTask<string>("newer"));

        (await test.RunAsync(test.Work().Fails())).ShouldBe("newer");
    }

    [Fact]
    public async Task RegisterFallback_OtherResultType_DoesNotStandIn()
    {
        using TestResilience test = TestResilience.WithProfile("Retry:MaxRetries=0", "Fallback:ErrorThreshold=1");
        test.User.RegisterFallback("execute", (_, _) => new ValueTask<int>(42));

        await test.FailAsync<InvalidOperationException>(test.Work().Fails());
    }

    [Fact]
    public async Task RegisterFallback_Generator_GetsTheFailureItStandsInFor()
    {
        using TestResilience test = Test();
        var failure = new InvalidOperationException("broken");
        test.User.RegisterFallback("execute", (original, _) => new ValueTask<string>(original.Message));

        (await test.RunAsync(test.Work().Fails(failure))).ShouldBe("broken");
    }

    private static TestResilience Test(params string[] settings)
    {
        TestResilience test = TestResilience.WithProfile(["Retry:MaxRetries=0", "Fallback:ErrorThreshold=1", .. settings]);
        test.User.RegisterFallback("execute", (_, _) => new ValueTask<string>("degraded"));
        return test;
    }
}
