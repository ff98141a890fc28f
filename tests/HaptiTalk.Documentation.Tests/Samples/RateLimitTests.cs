using System.Threading.RateLimiting;
using HaptiTalk.Messaging.Resilience;

namespace HaptiTalk.Documentation.Tests;

public sealed class RateLimitTests : IAsyncDisposable
{
    private readonly TokenBucketRateLimiter _limiter = NewLimiter();
    private int _runs;

    [Theory]
    [MemberData(nameof(Positions))]
    public async Task Call_WithoutATokenLeft_IsRefusedAndDoesNotRun(PolicyPosition position)
    {
        await using SampleHost host = HostAt(position, "Retry:MaxRetries=0");
        await CallAsync(host);

        await Should.ThrowAsync<RateLimitedException>(CallAsync(host));

        _runs.ShouldBe(1);
        host.Snapshot().FailedExecutions.ShouldBe(1);
        host.Snapshot().ActiveCalls.ShouldBe(0);
    }

    [Fact]
    public async Task Call_WithoutATokenLeft_WaitsInTheQueueOfTheLimiter()
    {
        await using TokenBucketRateLimiter limiter = NewLimiter(queue: 1, period: TimeSpan.FromMilliseconds(20));
        await using SampleHost host = SampleHost.WithProfile(builder => AddTo(builder, PolicyPosition.BeforeBulkhead, limiter));
        await CallAsync(host);

        await CallAsync(host);

        _runs.ShouldBe(2);
    }

    [Fact]
    public async Task Call_CancelledInTheQueueOfTheLimiter_LeavesIt()
    {
        await using TokenBucketRateLimiter limiter = NewLimiter(queue: 1);
        await using SampleHost host = SampleHost.WithProfile(builder => AddTo(builder, PolicyPosition.BeforeBulkhead, limiter));
        await CallAsync(host);
        using var caller = new CancellationTokenSource();

        Task waiting = CallAsync(host, caller.Token);
        await caller.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(waiting);
        limiter.GetStatistics()!.CurrentQueuedCount.ShouldBe(0);
    }

    [Theory]
    [InlineData(PolicyPosition.Outermost, 0)]
    [InlineData(PolicyPosition.BeforeBulkhead, 0)]
    [InlineData(PolicyPosition.BeforeCircuitBreaker, 0)]
    [InlineData(PolicyPosition.BeforeTimeout, 1)]
    [InlineData(PolicyPosition.BeforeRetry, 1)]
    [InlineData(PolicyPosition.BeforeAttempt, 1)]
    [InlineData(PolicyPosition.Innermost, 1)]
    public async Task Refusal_InsideTheBreakerOnly_CountsForIt(PolicyPosition position, int expected)
    {
        await using SampleHost host = HostAt(position, "Retry:MaxRetries=0");
        await CallAsync(host);

        await Should.ThrowAsync<RateLimitedException>(CallAsync(host));

        host.Snapshot().FailureCount.ShouldBe(expected);
    }

    [Theory]
    [InlineData(PolicyPosition.BeforeBulkhead, 1)]
    [InlineData(PolicyPosition.BeforeRetry, 1)]
    [InlineData(PolicyPosition.BeforeAttempt, 3)]
    [InlineData(PolicyPosition.Innermost, 3)]
    public async Task Refusal_InsideTheRetryOnly_IsRepeated(PolicyPosition position, int expected)
    {
        await using SampleHost host = HostAt(position, "Retry:MaxRetries=2", "Retry:InitialDelay=00:00:00");
        await CallAsync(host);

        await Should.ThrowAsync<RateLimitedException>(CallAsync(host));

        _limiter.GetStatistics()!.TotalFailedLeases.ShouldBe(expected);
    }

    [Fact]
    public async Task Refusal_InsideTheFallback_FallsBackFromTheThresholdOn()
    {
        await using SampleHost host = HostAt(PolicyPosition.BeforeBulkhead, "Fallback:ErrorThreshold=2");
        host.User.RegisterFallback("execute", (_, _) => ValueTask.FromResult("fallback"));
        (await CallAsync(host)).ShouldBe("real");

        await Should.ThrowAsync<RateLimitedException>(CallAsync(host));

        (await CallAsync(host)).ShouldBe("fallback");
    }

    [Fact]
    public async Task Refusal_OutsideTheFallback_ReachesTheCaller()
    {
        await using SampleHost host = HostAt(PolicyPosition.Outermost, "Fallback:ErrorThreshold=1");
        host.User.RegisterFallback("execute", (_, _) => ValueTask.FromResult("fallback"));
        await CallAsync(host);

        await Should.ThrowAsync<RateLimitedException>(CallAsync(host));
    }

    public static TheoryData<PolicyPosition> Positions => [.. Enum.GetValues<PolicyPosition>()];

    public ValueTask DisposeAsync() => _limiter.DisposeAsync();

    private static TokenBucketRateLimiter NewLimiter(int queue = 0, TimeSpan? period = null) => new(new()
    {
        TokenLimit = 1,
        TokensPerPeriod = 1,
        ReplenishmentPeriod = period ?? TimeSpan.FromDays(1),
        QueueLimit = queue,
    });

    private static void AddTo(IMessagingResilienceBuilder builder, PolicyPosition position, TokenBucketRateLimiter limiter) =>
        builder.AddPolicy("rate-limit", position, pipeline => pipeline.AddRateLimit(limiter));

    private SampleHost HostAt(PolicyPosition position, params string[] settings) =>
        SampleHost.WithProfile(builder => AddTo(builder, position, _limiter), settings);

    private Task<string> CallAsync(SampleHost host, CancellationToken? caller = null) => host.User.ExecuteAsync(
        _ =>
        {
            _runs++;
            return Task.FromResult("real");
        },
        cancellationToken: caller ?? TestContext.Current.CancellationToken).AsTask();
}
