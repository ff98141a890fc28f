using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>The token that ends an attempt: what it is made of is used again, and what it costs when it is needed.</summary>
// Not beside the tests that measure: it empties the pools that the whole process shares.
[Collection(nameof(AllocationTests))]
public sealed class AttemptTokenTests
{
    private const int Tasks = 8;
    private const int CallsPerTask = 2_000;
    private const int TimedOutCalls = 20;

    // Measured: 4 KiB. With the call stack that Polly's timeout writes down it is 40 KiB and more.
    private const int BytesPerTimedOutCall = 12 * 1024;

    [Fact]
    public async Task ExecuteAsync_OtherCallersGiveUp_NoTokenOfTheirsIsUsedAgain()
    {
        await using ServiceProvider services = Build(TimeProvider.System, ("Bulkhead:MaxConcurrentCalls", "100"));
        IServiceResilience user = services.GetRequiredService<IMessagingResilience>().For("user");

        int[] wrong = await Task.WhenAll(Enumerable.Range(0, Tasks).Select(
            _ => Task.Run(() => CallAndGiveUpInTurnAsync(user), TestContext.Current.CancellationToken)));

        wrong.Sum().ShouldBe(0, "calls that nobody had cancelled were told so");
    }

    [Fact]
    public async Task ExecuteAsync_AttemptEnds_ItsTokenIsNoLongerTheCallers()
    {
        await using ServiceProvider services = Build(TimeProvider.System);
        IServiceResilience user = services.GetRequiredService<IMessagingResilience>().For("user");
        using var caller = new CancellationTokenSource();
        CancellationToken seen = await user.ExecuteAsync(static token => ValueTask.FromResult(token), cancellationToken: caller.Token);
        await caller.CancelAsync();

        seen.IsCancellationRequested.ShouldBeFalse();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task ExecuteAsync_LaterCallsTimeOutOrAreGivenUp_ATokenThatWasKeptIsNotCancelled(bool hasPolicyOfItsOwn)
    {
        await using ServiceProvider services = Build(
            TimeProvider.System, hasPolicyOfItsOwn, ("Timeout:DefaultTimeout", "00:10:00"), ("Operations:brief:Timeout:DefaultTimeout", "00:00:00.200"));
        IServiceResilience user = services.GetRequiredService<IMessagingResilience>().For("user");
        CancellationToken kept = await user.ExecuteAsync(static token => ValueTask.FromResult(token), cancellationToken: CancellationToken.None);
        bool wasTold = false;
        using CancellationTokenRegistration told = kept.Register(() => wasTold = true);
        using var caller = new CancellationTokenSource();

        await Should.ThrowAsync<ExecutionTimeoutException>(
            user.ExecuteAsync(static token => Task.Delay(Timeout.Infinite, token), new() { Operation = "brief" }, CancellationToken.None).AsTask());
        Task givenUp = user.ExecuteAsync(static token => Task.Delay(Timeout.Infinite, token), cancellationToken: caller.Token).AsTask();
        await caller.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(givenUp);

        (kept.IsCancellationRequested, wasTold).ShouldBe((false, false));
    }

    [Fact]
    public async Task ExecuteAsync_TimesOut_WritesNoCallStackDown()
    {
        var clock = new FakeTimeProvider();
        await using ServiceProvider services = Build(clock, ("CircuitBreaker:FailureThreshold", "1000000"), ("Timeout:DefaultTimeout", "00:00:01"));
        IServiceResilience user = services.GetRequiredService<IMessagingResilience>().For("user");

        // Away from the test's context, where what is due runs inside Advance.
        long allocated = await Task.Run(() => AllocatedByTimeOuts(user, clock), TestContext.Current.CancellationToken);

        (allocated / TimedOutCalls).ShouldBeLessThan(BytesPerTimedOutCall);
    }

    private static long AllocatedByTimeOuts(IServiceResilience user, FakeTimeProvider clock)
    {
        TimeOut(user, clock);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int call = 0; call < TimedOutCalls; call++)
            TimeOut(user, clock);
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private static async Task<int> CallAndGiveUpInTurnAsync(IServiceResilience user)
    {
        int wrong = 0;
        for (int call = 0; call < CallsPerTask; call++)
        {
            using var caller = new CancellationTokenSource();
            Task givingUp = call % 4 == 0 ? Task.Run(caller.Cancel, TestContext.Current.CancellationToken) : Task.CompletedTask;
            try
            {
                bool isCancelled = await user.ExecuteAsync(
                    static async ValueTask<bool> (token) =>
                    {
                        await Task.Yield();
                        return token.IsCancellationRequested;
                    },
                    cancellationToken: caller.Token);
                wrong += isCancelled && call % 4 != 0 ? 1 : 0;
            }
            catch (OperationCanceledException)
            {
                wrong += call % 4 != 0 ? 1 : 0;
            }

            await givingUp;
            if (call % 4 == 2)
                await caller.CancelAsync();
        }

        return wrong;
    }

    private static void TimeOut(IServiceResilience user, FakeTimeProvider clock)
    {
        Task<int> running = user.ExecuteAsync(static async ValueTask<int> (token) =>
        {
            var never = new TaskCompletionSource<int>();
            using CancellationTokenRegistration end = token.UnsafeRegister(
                static (never, token) => ((TaskCompletionSource<int>)never!).TrySetCanceled(token), never);
            return await never.Task.ConfigureAwait(false);
        }).AsTask();
        clock.Advance(TimeSpan.FromSeconds(1));
        running.Exception!.InnerException.ShouldBeOfType<ExecutionTimeoutException>();
    }

    private static ServiceProvider Build(TimeProvider clock, params (string Key, string Value)[] settings) => Build(clock, hasPolicyOfItsOwn: false, settings);

    private static ServiceProvider Build(TimeProvider clock, bool hasPolicyOfItsOwn, params (string Key, string Value)[] settings)
    {
        IMessagingResilienceBuilder builder = new ServiceCollection()
            .AddSingleton(clock)
            .AddMessagingResilience(new ConfigurationBuilder().AddInMemoryCollection(
                settings.Append((Key: "Retry:MaxRetries", Value: "0")).ToDictionary(
                    static setting => $"Resilience:Profiles:user:{setting.Key}", static setting => (string?)setting.Value)).Build());
        if (hasPolicyOfItsOwn)
            builder.AddPolicy("own", PolicyPosition.Innermost, new PolicyProbe().AddTo);
        return builder.Services.BuildServiceProvider();
    }
}
