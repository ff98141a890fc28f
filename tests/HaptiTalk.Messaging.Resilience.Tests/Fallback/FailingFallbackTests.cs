namespace HaptiTalk.Messaging.Resilience.Tests;

public sealed class FailingFallbackTests
{
    [Fact]
    public async Task Execute_FallbackThrows_SurfacesTheOriginalWithTheFallbacksInside()
    {
        var original = new InvalidOperationException("broken");
        var own = new IOException("no cache");
        using TestResilience test = Test((_, _) => throw own);

        InvalidOperationException failure = await test.FailAsync<InvalidOperationException>(test.Work().Fails(original));
        failure.ShouldBeSameAs(original);
        failure.InnerException.ShouldBeSameAs(own);
    }

    [Fact]
    public async Task Execute_FallbackFailsLater_SurfacesTheOriginalWithTheFallbacksInside()
    {
        using TestResilience test = Test(async (_, _) =>
        {
            await Task.Yield();
            throw new IOException("no cache");
        });

        Task<string> running = test.RunAsync(test.Work().Fails());
        (await Should.ThrowAsync<InvalidOperationException>(running)).InnerException.ShouldBeOfType<IOException>();
    }

    [Fact]
    public async Task Execute_OriginalHasAnInnerException_KeepsBoth()
    {
        var cause = new TimeoutException("cause");
        var own = new IOException("no cache");
        using TestResilience test = Test((_, _) => throw own);

        InvalidOperationException failure = await test.FailAsync<InvalidOperationException>(test.Work().Fails(new InvalidOperationException("broken", cause)));
        failure.InnerException.ShouldBeAssignableTo<AggregateException>()!.InnerExceptions.ShouldBe([cause, own]);
    }

    [Fact]
    public async Task Execute_FallbackRethrowsTheOriginal_SurfacesItUnchanged()
    {
        using TestResilience test = Test((original, _) => throw original);

        (await test.FailAsync<InvalidOperationException>(test.Work().Fails())).InnerException.ShouldBeNull();
    }

    [Fact]
    public async Task Execute_FallbackWrapsTheOriginal_MakesNoCircleOfExceptions()
    {
        using TestResilience test = Test((original, _) => throw new IOException("no cache either", original));

        Exception? failure = await test.FailAsync<InvalidOperationException>(test.Work().Fails());

        // Whoever prints an exception that is inside itself does not come back.
        int depth = 0;
        for (Exception? inner = failure; inner is not null && depth < 10; inner = inner.InnerException)
            depth++;
        depth.ShouldBeLessThan(10);
    }

    [Fact]
    public async Task Execute_TheSameExceptionObjectAgainAndAgain_DoesNotGrow()
    {
        var shared = new InvalidOperationException("one object for every failure");
        using TestResilience test = Test((_, _) => throw new IOException("no cache"));
        for (int i = 0; i < 10; i++)
            await test.FailAsync<InvalidOperationException>(test.Work().Fails(shared));

        int depth = 0;
        for (Exception? inner = shared; inner is not null; inner = inner.InnerException)
            depth++;
        depth.ShouldBeLessThanOrEqualTo(3);
    }

    [Fact]
    public async Task Execute_FallbackIsCancelledByItsOwnTimeout_LeavesNoCancellationAtTheRoot()
    {
        using TestResilience test = Test((_, _) => throw new TaskCanceledException("the cache's own timeout"));

        // A bus takes a failure with a cancellation at its root for a consumer that was stopped, and delivers the message again.
        InvalidOperationException failure = await test.FailAsync<InvalidOperationException>(test.Work().Fails());
        failure.GetBaseException().ShouldNotBeAssignableTo<OperationCanceledException>();
    }

    [Fact]
    public async Task Execute_CircuitOpenAndFallbackThrows_SurfacesTheRefusal()
    {
        using TestResilience test = Test((_, _) => throw new IOException("no cache"));
        test.Circuit.Breaker.Isolate();

        CircuitOpenRejectedException refusal = await test.FailAsync<CircuitOpenRejectedException>(test.Work().Answers());
        refusal.InnerException.ShouldBeOfType<IOException>();
    }

    [Fact]
    public async Task Execute_FallbackHangs_EndsWithTheTotalTimeout()
    {
        using TestResilience test = Test((_, _) => new(new TaskCompletionSource<string>().Task));
        Task<string> running = test.RunAsync(test.Work().Fails());
        test.PassTime(TimeSpan.FromSeconds(4.999));
        running.IsCompleted.ShouldBeFalse();
        test.PassTime(TimeSpan.FromSeconds(0.001));

        (await Should.ThrowAsync<InvalidOperationException>(running)).InnerException.ShouldBeOfType<TimeoutException>();
    }

    [Fact]
    public async Task Execute_FallbackHangs_IsToldWhenTheTotalIsOver()
    {
        CancellationToken told = default;
        using TestResilience test = Test(async (_, token) =>
        {
            told = token;
            await Task.Delay(Timeout.Infinite, token);
            return "never";
        });
        Task<string> running = test.RunAsync(test.Work().Fails());
        test.PassTime(TimeSpan.FromSeconds(4.999));
        told.IsCancellationRequested.ShouldBeFalse();
        test.PassTime(TimeSpan.FromSeconds(0.001));

        told.IsCancellationRequested.ShouldBeTrue();
        (await Should.ThrowAsync<InvalidOperationException>(running)).InnerException.ShouldBeOfType<TimeoutException>()
            .Message.ShouldBe("The fallback 'execute' of 'user' did not end within 5 s, so it was given up.");
    }

    [Fact]
    public async Task Execute_FallbackHangsAndTheCallerGivesUp_IsTold()
    {
        CancellationToken told = default;
        using TestResilience test = Test((_, token) =>
        {
            told = token;
            return new(new TaskCompletionSource<string>().Task);
        });
        using var caller = new CancellationTokenSource();
        Task<string> running = test.RunAsync(test.Work().Fails(), caller: caller.Token);
        await caller.CancelAsync();

        told.IsCancellationRequested.ShouldBeTrue();
        await Should.ThrowAsync<InvalidOperationException>(running);
    }

    [Fact]
    public async Task Execute_FallbackHasEnded_ATokenThatItKeptIsNotCancelled()
    {
        CancellationToken kept = default;
        using TestResilience test = Test((_, token) =>
        {
            kept = token;
            return ValueTask.FromResult("instead");
        });
        using var caller = new CancellationTokenSource();
        await test.RunAsync(test.Work().Fails(), caller: caller.Token);
        test.PassTime(TimeSpan.FromSeconds(6));
        await caller.CancelAsync();

        (kept.CanBeCanceled, kept.IsCancellationRequested).ShouldBe((true, false));
    }

    [Fact]
    public async Task Execute_TimedOutAndFallbackHangs_IsGivenAMomentBeyondTheTotal()
    {
        using TestResilience test = Test((_, _) => new(new TaskCompletionSource<string>().Task));
        Task<string> running = test.RunAsync(test.Work().Hangs());
        test.PassTime(TimeSpan.FromSeconds(5));
        running.IsCompleted.ShouldBeFalse();
        test.PassTime(TimeSpan.FromSeconds(0.1));

        await Should.ThrowAsync<ExecutionTimeoutException>(running);
    }

    [Fact]
    public async Task Execute_FallbackThrows_CountsAsFailedAndIsLogged()
    {
        using TestResilience test = Test((_, _) => throw new IOException("no cache"));
        await test.FailAsync<InvalidOperationException>(test.Work().Fails());

        ServiceSnapshot snapshot = test.Snapshot();
        (snapshot.FailedExecutions, snapshot.FallbackExecutions).ShouldBe((1, 0));
        test.Measured.Of("fallback_executions").ShouldBeEmpty();
        test.Log.Entries.ShouldContain(entry => entry.Message.Contains("Fallback 'execute'") && entry.Exception is IOException);
    }

    private static TestResilience Test(Func<Exception, CancellationToken, ValueTask<string>> fallback)
    {
        TestResilience test = TestResilience.WithProfile("Retry:MaxRetries=0", "Fallback:ErrorThreshold=1", "CircuitBreaker:FailureThreshold=1000", "Timeout:DefaultTimeout=00:00:05");
        test.User.RegisterFallback("execute", fallback);
        return test;
    }
}
