namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>What a caller writes binds to the overload that keeps the result.</summary>
public sealed class ExecuteOverloadTests : IDisposable
{
    private readonly TestResilience _test = TestResilience.WithProfile();
    private int _calls;

    private IServiceResilience User => _test.User;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _test.Dispose();

    [Fact]
    public async Task ExecuteAsync_LambdaReturningATask_KeepsTheResult()
    {
        int result = await User.ExecuteAsync(ct => LoadAsync(ct), cancellationToken: Cancellation);
        result.ShouldBe(42);
    }

    [Fact]
    public async Task ExecuteAsync_LambdaReturningAValueTask_KeepsTheResult()
    {
        int result = await User.ExecuteAsync(ct => LoadValueAsync(ct), cancellationToken: Cancellation);
        result.ShouldBe(42);
    }

    [Fact]
    public async Task ExecuteAsync_AsyncLambdaWithAResult_KeepsTheResult()
    {
        int result = await User.ExecuteAsync(async ct => await LoadAsync(ct) + 1, cancellationToken: Cancellation);
        result.ShouldBe(43);
    }

    [Fact]
    public async Task ExecuteAsync_AsyncBlockWithAResult_KeepsTheResult()
    {
        string result = await User.ExecuteAsync(
            async ct =>
            {
                await Task.Yield();
                return (await LoadAsync(ct)).ToString();
            },
            cancellationToken: Cancellation);
        result.ShouldBe("42");
    }

    [Fact]
    public async Task ExecuteAsync_MethodGroups_KeepTheResult()
    {
        int fromTask = await User.ExecuteAsync(LoadAsync, cancellationToken: Cancellation);
        int fromValueTask = await User.ExecuteAsync(LoadValueAsync, cancellationToken: Cancellation);
        (fromTask, fromValueTask).ShouldBe((42, 42));
    }

    [Fact]
    public async Task ExecuteAsync_WorkWithoutAResult_RunsToItsEnd()
    {
        await User.ExecuteAsync(ct => StoreAsync(ct), cancellationToken: Cancellation);
        await User.ExecuteAsync(ct => StoreValueAsync(ct), cancellationToken: Cancellation);
        await User.ExecuteAsync(StoreAsync, cancellationToken: Cancellation);
        await User.ExecuteAsync(
            async ct =>
            {
                await Task.Yield();
                await StoreAsync(ct);
            },
            cancellationToken: Cancellation);
        _calls.ShouldBe(4);
    }

    [Fact]
    public async Task ExecuteAsync_NothingButAction_Runs()
    {
        // The token belongs to the overloads' optional tail; a caller who has none leaves it out.
#pragma warning disable xUnit1051
        (await User.ExecuteAsync(_ => LoadAsync(CancellationToken.None))).ShouldBe(42);
        await User.ExecuteAsync(_ => Task.CompletedTask);
        await User.ExecuteAsync(_ => ValueTask.CompletedTask);
#pragma warning restore xUnit1051
        _test.Snapshot().SuccessfulExecutions.ShouldBe(3);
    }

    [Fact]
    public async Task ExecuteAsync_WorkThrowsBeforeItsFirstAwait_IsAFailureLikeAnyOther()
    {
        Task running = User.ExecuteAsync(ThrowAtOnce, new() { Operation = "broken" }, Cancellation).AsTask();
        _test.PassTimeUntil(running);

        await Should.ThrowAsync<InvalidOperationException>(running);
        _test.Measured.Of("retry_attempts").Count.ShouldBe(3);
    }

    [Fact]
    public async Task ExecuteAsync_NullResult_IsAResult() =>
        (await User.ExecuteAsync(_ => Task.FromResult<string?>(null), cancellationToken: Cancellation)).ShouldBeNull();

    [Fact]
    public async Task ExecuteAsync_NoAction_Throws()
    {
        (await Should.ThrowAsync<ArgumentNullException>(async () => await User.ExecuteAsync((Func<CancellationToken, Task>)null!, cancellationToken: Cancellation)))
            .ParamName.ShouldBe("action");
        await Should.ThrowAsync<ArgumentNullException>(async () => await User.ExecuteAsync((Func<CancellationToken, ValueTask>)null!, cancellationToken: Cancellation));
        await Should.ThrowAsync<ArgumentNullException>(async () => await User.ExecuteAsync((Func<CancellationToken, Task<int>>)null!, cancellationToken: Cancellation));
        await Should.ThrowAsync<ArgumentNullException>(async () => await User.ExecuteAsync((Func<CancellationToken, ValueTask<int>>)null!, cancellationToken: Cancellation));
    }

    [Fact]
    public async Task ExecuteAsync_WorkWithState_GetsIt()
    {
        int fromAValue = await User.ExecuteAsync(static (number, ct) => AddAsync(number, ct), 40, cancellationToken: Cancellation);
        string fromAnObject = await User.ExecuteAsync(static async (text, ct) => text + await LoadAsync(ct), "the answer: ", new() { Operation = "ask" }, Cancellation);
        await User.ExecuteAsync(static (test, ct) => test.StoreValueAsync(ct), this, cancellationToken: Cancellation);

        (fromAValue, fromAnObject, _calls).ShouldBe((82, "the answer: 42", 1));
    }

    [Fact]
    public async Task ExecuteAsync_NoState_IsAStateToo() =>
        (await User.ExecuteAsync<string?, bool>(static (text, _) => new(text is null), state: null, cancellationToken: Cancellation)).ShouldBeTrue();

    [Fact]
    public async Task ExecuteAsync_NoActionWithState_Throws()
    {
        (await Should.ThrowAsync<ArgumentNullException>(async () => await User.ExecuteAsync((Func<int, CancellationToken, ValueTask>)null!, 1, cancellationToken: Cancellation)))
            .ParamName.ShouldBe("action");
        await Should.ThrowAsync<ArgumentNullException>(async () => await User.ExecuteAsync((Func<int, CancellationToken, ValueTask<int>>)null!, 1, cancellationToken: Cancellation));
    }

    [Fact]
    public async Task ExecuteAsync_WorksToken_IsCancelledByTheCaller()
    {
        using var caller = new CancellationTokenSource();
        CancellationToken seen = default;
        ScriptedWork work = _test.Work().Does(ct =>
        {
            seen = ct;
            return new TaskCompletionSource<string>().Task.WaitAsync(ct);
        });
        Task<string> running = _test.RunAsync(work, caller: caller.Token);
        seen.IsCancellationRequested.ShouldBeFalse();
        await caller.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(running);
        seen.IsCancellationRequested.ShouldBeTrue();
    }

    private static Task<int> LoadAsync(CancellationToken cancellationToken) => Task.FromResult(42);

    private static ValueTask<int> LoadValueAsync(CancellationToken cancellationToken) => new(42);

    private static ValueTask<int> AddAsync(int more, CancellationToken cancellationToken) => new(42 + more);

    private static ValueTask ThrowAtOnce(CancellationToken cancellationToken) => throw new InvalidOperationException("at once");

    private Task StoreAsync(CancellationToken cancellationToken)
    {
        _calls++;
        return Task.CompletedTask;
    }

    private ValueTask StoreValueAsync(CancellationToken cancellationToken)
    {
        _calls++;
        return ValueTask.CompletedTask;
    }
}
