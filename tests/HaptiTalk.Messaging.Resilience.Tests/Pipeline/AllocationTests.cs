using HaptiTalk.Messaging.Resilience.Monitoring;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>What a call through all five policies allocates while nothing goes wrong.</summary>
[Collection(nameof(AllocationTests))]
public sealed class AllocationTests : IAsyncDisposable
{
    private const int Calls = 10_000;
    private const int Rounds = 5;

    private static readonly ExecutionOptions Options = new() { Operation = "getUserProfile", Dependency = "database", FallbackKey = "getUserProfile" };
    private static readonly Task<int> Done = Task.FromResult(1);

    private readonly ServiceProvider _services =
        new ServiceCollection().AddMessagingResilience(new ConfigurationBuilder().Build()).Services.BuildServiceProvider();

    private readonly CancellationTokenSource _caller = new();

    [Fact]
    public void ExecuteAsync_ValueTaskWithResult_AllocatesItsTokenAlone() =>
        AllocatedBy(static (user, token) => HasEnded(user.ExecuteAsync(static _ => ValueTask.FromResult(1), Options, token))).ShouldBe(Calls * BytesOfAToken());

    [Fact]
    public void ExecuteAsync_TaskWithResult_AllocatesItsTokenAlone() =>
        AllocatedBy(static (user, token) => HasEnded(user.ExecuteAsync(static _ => Done, Options, token))).ShouldBe(Calls * BytesOfAToken());

    [Fact]
    public void ExecuteAsync_ValueTaskWithoutResult_AllocatesItsTokenAlone() =>
        AllocatedBy(static (user, token) => HasEnded(user.ExecuteAsync(static _ => default(ValueTask), Options, token))).ShouldBe(Calls * BytesOfAToken());

    [Fact]
    public void ExecuteAsync_TaskWithoutResult_AllocatesItsTokenAlone() =>
        AllocatedBy(static (user, token) => HasEnded(user.ExecuteAsync(static _ => Task.CompletedTask, Options, token))).ShouldBe(Calls * BytesOfAToken());

    [Fact]
    public void ExecuteAsync_WorkWithState_AllocatesItsTokenAlone() =>
        AllocatedBy(static (user, token) => HasEnded(user.ExecuteAsync(static (done, _) => new ValueTask<int>(done), Done, Options, token))).ShouldBe(Calls * BytesOfAToken());

    [Fact]
    public void ExecuteAsync_NoOptionsAndNoToken_AllocatesItsTokenAlone() =>
        AllocatedBy(static (user, _) => HasEnded(user.ExecuteAsync(static _ => ValueTask.FromResult(1), cancellationToken: CancellationToken.None))).ShouldBe(Calls * BytesOfAToken());

    [Fact]
    public void ExecuteAsync_RecentCallsKept_AllocatesItsTokenAlone()
    {
        _services.GetRequiredService<IResilienceMonitor>().KeepLastMinute();

        AllocatedBy(static (user, token) => HasEnded(user.ExecuteAsync(static _ => ValueTask.FromResult(1), Options, token))).ShouldBe(Calls * BytesOfAToken());
    }

    public async ValueTask DisposeAsync()
    {
        _caller.Dispose();
        await _services.DisposeAsync();
    }

    private long AllocatedBy(Func<IServiceResilience, CancellationToken, bool> call)
    {
        IServiceResilience user = _services.GetRequiredService<IMessagingResilience>().For("user");
        user.RegisterFallback("getUserProfile", static (_, _) => ValueTask.FromResult(-1));
        Repeat(call, user);

        // The least of several rounds: Polly's pools belong to the whole process, and a test beside this one may empty them.
        long least = long.MaxValue;
        for (int round = 0; round < Rounds; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            Repeat(call, user);
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least;
    }

    // Whoever is given a token may keep it, so it is no one else's afterwards.
    private static long BytesOfAToken()
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        GC.KeepAlive(new CancellationTokenSource());
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private static bool HasEnded<T>(in ValueTask<T> call) => call.IsCompletedSuccessfully;

    private static bool HasEnded(in ValueTask call) => call.IsCompletedSuccessfully;

    private void Repeat(Func<IServiceResilience, CancellationToken, bool> call, IServiceResilience user)
    {
        for (int i = 0; i < Calls; i++)
        {
            if (!call(user, _caller.Token))
                throw new InvalidOperationException("It has not completed synchronously, or failed.");
        }
    }
}
