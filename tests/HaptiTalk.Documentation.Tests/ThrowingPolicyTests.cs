using HaptiTalk.Messaging.Resilience;
using Polly;

namespace HaptiTalk.Documentation.Tests;

public sealed class ThrowingPolicyTests
{
    public static TheoryData<PolicyPosition> Inside => [.. Enum.GetValues<PolicyPosition>().Where(position => position != PolicyPosition.Outermost)];

    [Theory]
    [MemberData(nameof(Inside))]
    public async Task Exception_ThrownInsideTheFallback_FallsBack(PolicyPosition position)
    {
        await using SampleHost host = HostAt(position);
        host.User.RegisterFallback("execute", (_, _) => ValueTask.FromResult("fallback"));

        (await CallAsync(host)).ShouldBe("fallback");
    }

    [Fact]
    public async Task Exception_ThrownOutermost_ReachesTheCallerAndIsCounted()
    {
        await using SampleHost host = HostAt(PolicyPosition.Outermost);

        await Should.ThrowAsync<InvalidTimeZoneException>(CallAsync(host));

        host.Snapshot().FailedExecutions.ShouldBe(1);
    }

    private static SampleHost HostAt(PolicyPosition position) => SampleHost.WithProfile(
        builder => builder.AddPolicy("throwing", position, pipeline => pipeline.AddStrategy(_ => new ThrowingStrategy(), new ThrowingOptions())),
        "Retry:MaxRetries=0",
        "Fallback:ErrorThreshold=1");

    private static Task<string> CallAsync(SampleHost host) =>
        host.User.ExecuteAsync(_ => Task.FromResult("real"), cancellationToken: TestContext.Current.CancellationToken).AsTask();

    private sealed class ThrowingOptions : ResilienceStrategyOptions;

    private sealed class ThrowingStrategy : ResilienceStrategy
    {
        protected override ValueTask<Outcome<TResult>> ExecuteCore<TResult, TState>(
            Func<ResilienceContext, TState, ValueTask<Outcome<TResult>>> callback, ResilienceContext context, TState state) =>
            throw new InvalidTimeZoneException();
    }
}
