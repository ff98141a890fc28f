using CsCheck;
using Microsoft.Extensions.Time.Testing;

namespace HaptiTalk.Messaging.Resilience.Tests;

public sealed class FailureWindowTests
{
    private static readonly FallbackOptions ThreeInTenSeconds = new() { ErrorThreshold = 3, ErrorWindow = TimeSpan.FromSeconds(10) };

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void Record_AtOneMoment_ReachesTheThresholdWithThatFailure(int threshold)
    {
        var window = new FailureWindow(new FakeTimeProvider());
        FallbackOptions options = ThreeInTenSeconds with { ErrorThreshold = threshold };
        for (int i = 1; i < threshold; i++)
            window.Record(options).ShouldBeFalse();

        window.Record(options).ShouldBeTrue();
        window.Record(options).ShouldBeTrue();
    }

    [Fact]
    public void Record_FailuresTooFarApart_ForgetsTheOldest()
    {
        var clock = new FakeTimeProvider();
        var window = new FailureWindow(clock);
        window.Record(ThreeInTenSeconds);
        clock.Advance(TimeSpan.FromSeconds(6));
        window.Record(ThreeInTenSeconds);
        clock.Advance(TimeSpan.FromSeconds(6));

        window.Record(ThreeInTenSeconds).ShouldBeFalse();
        window.Record(ThreeInTenSeconds).ShouldBeTrue();
    }

    [Fact]
    public void Clear_Failures_StartsAnew()
    {
        var window = new FailureWindow(new FakeTimeProvider());
        window.Record(ThreeInTenSeconds);
        window.Record(ThreeInTenSeconds);
        window.Clear();

        window.Record(ThreeInTenSeconds).ShouldBeFalse();
        window.Record(ThreeInTenSeconds).ShouldBeFalse();
        window.Record(ThreeInTenSeconds).ShouldBeTrue();
    }

    [Fact]
    public void Record_AnySequence_CountsTheFailuresSinceTheLastSuccessWithinTheWindow() =>
        Gen.Select(Gen.Int[1, 5], Gen.Int[1, 20], Gen.Select(Gen.Int[0, 12], Gen.Int[0, 5]).List[1, 40]).Sample(
            (threshold, seconds, steps) =>
            {
                var clock = new FakeTimeProvider();
                var window = new FailureWindow(clock);
                var options = new FallbackOptions { ErrorThreshold = threshold, ErrorWindow = TimeSpan.FromSeconds(seconds) };
                var failures = new List<DateTimeOffset>();
                foreach ((int wait, int kind) in steps)
                {
                    clock.Advance(TimeSpan.FromSeconds(wait));
                    if (kind == 0)
                    {
                        failures.Clear();
                        window.Clear();
                        continue;
                    }

                    failures.Add(clock.GetUtcNow());
                    if (window.Record(options) != (failures.Count(at => clock.GetUtcNow() - at <= options.ErrorWindow) >= threshold))
                        return false;
                }

                return true;
            },
            iter: 4_000);
}
