using CsCheck;

namespace HaptiTalk.Messaging.Resilience.Tests;

public sealed class RetryDelayTests
{
    private static readonly Gen<RetryOptions> AnyOptions = Gen.Select(
        Gen.Int[0, 86_400_000], Gen.Int[0, 86_400_000], Gen.Double[1, 100], Gen.Double[0, 1], (initial, more, multiplier, jitter) => new RetryOptions
        {
            InitialDelay = TimeSpan.FromMilliseconds(Math.Min(initial, more)),
            MaxDelay = TimeSpan.FromMilliseconds(Math.Max(initial, more)),
            BackoffMultiplier = multiplier,
            JitterFactor = jitter,
        });

    [Theory]
    [InlineData(0, 100)]
    [InlineData(1, 200)]
    [InlineData(2, 400)]
    [InlineData(4, 1_600)]
    [InlineData(5, 3_000)]
    [InlineData(99, 3_000)]
    public void Compute_NoJitter_GrowsByTheMultiplierUpToMaxDelay(int retry, int milliseconds) =>
        RetryDelay.Compute(new() { JitterFactor = 0 }, retry, random: 0.7).ShouldBe(TimeSpan.FromMilliseconds(milliseconds));

    [Theory]
    [InlineData(0.0, 90)]
    [InlineData(0.5, 100)]
    [InlineData(0.75, 105)]
    public void Compute_Jitter_ShortensOrLengthensByItsShare(double random, int milliseconds) =>
        RetryDelay.Compute(new() { JitterFactor = 0.1 }, retry: 0, random).TotalMilliseconds.ShouldBe(milliseconds, tolerance: 0.001);

    [Fact]
    public void Compute_MaxDelayReached_JittersAroundMaxDelay() =>
        RetryDelay.Compute(new() { JitterFactor = 0.1 }, retry: 20, random: 0).ShouldBe(TimeSpan.FromSeconds(2.7));

    [Fact]
    public void Compute_AnySettings_StaysWithinTheFormulasBounds() =>
        Gen.Select(AnyOptions, Gen.Int[0, 100], Gen.Double[0, 1]).Sample(
            (options, retry, random) =>
            {
                double uncapped = options.InitialDelay.TotalMilliseconds * Math.Pow(options.BackoffMultiplier, retry);
                double middle = Math.Min(uncapped, options.MaxDelay.TotalMilliseconds);
                double delay = RetryDelay.Compute(options, retry, random).TotalMilliseconds;
                return delay >= (middle * (1 - options.JitterFactor)) - 0.001 && delay <= (middle * (1 + options.JitterFactor)) + 0.001;
            },
            iter: 20_000);

    [Fact]
    public void Compute_NoJitter_NeverShrinks() =>
        Gen.Select(AnyOptions, Gen.Int[0, 99]).Sample(
            (options, retry) =>
            {
                RetryOptions steady = options with { JitterFactor = 0 };
                return RetryDelay.Compute(steady, retry + 1, 0.5) >= RetryDelay.Compute(steady, retry, 0.5);
            },
            iter: 10_000);
}
