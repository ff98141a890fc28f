namespace HaptiTalk.Demo.Tests;

public sealed class PercentileTests
{
    [Theory]
    [InlineData(0.5, 50)]
    [InlineData(0.99, 99)]
    [InlineData(1, 100)]
    [InlineData(0, 1)]
    public void Of_HundredWaits_IsTheNearestRank(double share, int expected) =>
        Percentile.Of(Enumerable.Range(1, 100).Reverse().Select(Waiting), share).ShouldBe(TimeSpan.FromMilliseconds(expected));

    [Fact]
    public void Of_NoCalls_IsZero() => Percentile.Of([], 0.99).ShouldBe(TimeSpan.Zero);

    private static Call Waiting(int milliseconds) =>
        new("user", Phase.Steady, StartedAt: 0, TimeSpan.FromMilliseconds(milliseconds), CallEnd.Answered, Failure: null);
}
