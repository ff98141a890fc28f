using MassTransit;
using Microsoft.Extensions.Time.Testing;

namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>What is left of a request, read off another machine's clock.</summary>
public sealed class RequestDeadlineTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Life = TimeSpan.FromSeconds(3);

    private readonly FakeTimeProvider _clock = new(Now);

    // In milliseconds: before, at and after a moment, on both sides of a second and far away.
    private static readonly double[] Moments = [-86_400_000, -3_600_000, -5000, -1001, -1000, -999, -200, -1, 0, 1, 200, 999, 1000, 1001, 5000, 3_600_000, 86_400_000];

    [Theory]
    [InlineData(200, 1, false)]
    [InlineData(200, 0, false)]
    [InlineData(200, -199.9, false)]
    [InlineData(200, -200, true)]
    [InlineData(200, -3_600_000, true)]
    [InlineData(0, 0.1, false)]
    [InlineData(0, 0, true)]
    [InlineData(3_600_000, -3_599_999, false)]
    [InlineData(3_600_000, -3_600_000, true)]
    public void HasPassed_ByTheSendersClock_OnlyBeyondTheTolerance(double tolerance, double left, bool expected) =>
        RequestDeadline.HasPassed(Request(Milliseconds(left)), Settings(Milliseconds(tolerance)), _clock).ShouldBe(expected);

    [Theory]
    [InlineData(0, 2000, 2000)]
    [InlineData(0, 500, 500)]
    [InlineData(200, 2000, 2000)]
    [InlineData(200, 200, 200)]
    [InlineData(200, 100, 150)]
    [InlineData(200, 0, 100)]
    [InlineData(200, -100, 50)]
    [InlineData(200, -200, 0)]
    [InlineData(1000, 0, 500)]
    public void Left_ByTheSendersClock_IsThatOrTheLikeliestBelowTheTolerance(double tolerance, double left, double expected) =>
        RequestDeadline.Left(Request(Milliseconds(left)), Settings(Milliseconds(tolerance)), _clock).ShouldBe(Milliseconds(expected));

    [Theory]
    [InlineData(10_000, 9900)]
    [InlineData(2000, 1900)]
    [InlineData(1000, 950)]
    [InlineData(100, 95)]
    [InlineData(0, 0)]
    public void Before_SomethingLeft_SetsATwentiethAsideAndAtMostATenthOfASecond(double left, double expected) =>
        ReplyTime.Before(Milliseconds(left)).ShouldBe(Milliseconds(expected));

    [Theory]
    [InlineData(50)]
    [InlineData(1000)]
    [InlineData(4000)]
    [InlineData(60_000)]
    public void Before_FiveServicesThatUseFifteenPercentEach_TheLastHasThatAndSomeForTheWay(double total)
    {
        TimeSpan left = Milliseconds(total);
        for (int service = 1; service < 5; service++)
            left = ReplyTime.Before(left - Milliseconds(total * 0.15));

        left.ShouldBeGreaterThan(Milliseconds(total * 0.25));
    }

    [Theory]
    [InlineData(3_600_000)]
    [InlineData(86_400_000)]
    public void Left_SendersClockFarAhead_IsTheLifeItGaveTheRequest(double left) =>
        RequestDeadline.Left(Request(Milliseconds(left)), Settings(TimeSpan.FromMilliseconds(200)), _clock).ShouldBe(Life);

    [Fact]
    public void Left_AnyClocks_IsNeitherNegativeNorAboveTheRequestsLife()
    {
        foreach ((double skew, double age, double tolerance) in Combinations())
            LeftOf(Request(Life - Milliseconds(age) + Milliseconds(skew)), Milliseconds(tolerance)).ShouldBeInRange(TimeSpan.Zero, Life);
    }

    [Fact]
    public void Left_ClocksNoFurtherApartThanTolerated_WhoeverStillWaitsIsServed()
    {
        foreach ((double skew, double age, double tolerance) in Combinations().Where(static at => Math.Abs(at.Skew) <= at.Tolerance && at.Age < Life.TotalMilliseconds))
        {
            ConsumeContext request = Request(Life - Milliseconds(age) + Milliseconds(skew));

            RequestDeadline.HasPassed(request, Settings(Milliseconds(tolerance)), _clock).ShouldBeFalse();
            LeftOf(request, Milliseconds(tolerance)).ShouldBeGreaterThan(TimeSpan.Zero);
        }
    }

    [Fact]
    public void Left_ClocksTogetherAndMoreLeftThanTolerated_IsWhatTheSenderHas()
    {
        foreach ((double _, double age, double tolerance) in Combinations().Where(static at => at.Age >= 0 && at.Tolerance < Life.TotalMilliseconds - at.Age))
        {
            TimeSpan left = Life - Milliseconds(age);

            LeftOf(Request(left), Milliseconds(tolerance)).ShouldBe(left);
        }
    }

    [Fact]
    public void Left_LessIsLeft_IsNeverMore()
    {
        foreach (double tolerance in Moments.Where(static moment => moment >= 0))
        {
            TimeSpan[] lefts = [.. Moments.Select(left => LeftOf(Request(Milliseconds(left)), Milliseconds(tolerance)))];

            lefts.ShouldBeInOrder();
        }
    }

    [Theory]
    [InlineData("0001-01-01", true)]
    [InlineData("9999-12-31T23:59:59.9999999", false)]
    public void HasPassed_EndOfTime_IsNoOverflow(string expires, bool expected)
    {
        ConsumeContext request = MessageStub.Of(
            ("RequestId", NewId.NextGuid()),
            ("ResponseAddress", new Uri("queue:caller")),
            ("SentTime", Now.UtcDateTime),
            ("ExpirationTime", DateTime.SpecifyKind(DateTime.Parse(expires, System.Globalization.CultureInfo.InvariantCulture), DateTimeKind.Utc)));

        RequestDeadline.HasPassed(request, Settings(TimeSpan.FromDays(1)), _clock).ShouldBe(expected);
        LeftOf(request, TimeSpan.FromDays(1)).ShouldBeGreaterThanOrEqualTo(TimeSpan.Zero);
    }

    [Fact]
    public void HasPassed_TimeWithAnOffset_IsTheSameMoment()
    {
        ConsumeContext request = MessageStub.Of(
            ("RequestId", NewId.NextGuid()),
            ("ResponseAddress", new Uri("queue:caller")),
            ("ExpirationTime", (Now.UtcDateTime + TimeSpan.FromSeconds(2)).ToLocalTime()));

        RequestDeadline.HasPassed(request, Settings(TimeSpan.Zero), _clock).ShouldBeFalse();
        RequestDeadline.Left(request, Settings(TimeSpan.Zero), _clock).ShouldBe(Milliseconds(2000));
    }

    [Theory]
    [InlineData("RequestId")]
    [InlineData("ResponseAddress")]
    [InlineData("ExpirationTime")]
    public void HasPassed_NobodyWaitsOrNobodySaidUntilWhen_NeverDoes(string missing)
    {
        ConsumeContext message = MessageStub.Of(
        [
            .. new (string Property, object? Value)[]
            {
                ("RequestId", NewId.NextGuid()),
                ("ResponseAddress", new Uri("queue:caller")),
                ("ExpirationTime", Now.UtcDateTime - TimeSpan.FromHours(1)),
            }.Where(property => property.Property != missing),
        ]);

        RequestDeadline.HasPassed(message, Settings(TimeSpan.Zero), _clock).ShouldBeFalse();
        RequestDeadline.Left(message, Settings(TimeSpan.Zero), _clock).ShouldBeNull();
    }

    private static IEnumerable<(double Skew, double Age, double Tolerance)> Combinations() =>
        from skew in Moments
        from age in Moments.Where(static moment => moment >= 0)
        from tolerance in Moments.Where(static moment => moment >= 0)
        select (skew, age, tolerance);

    private TimeSpan LeftOf(ConsumeContext request, TimeSpan tolerance) => RequestDeadline.Left(request, Settings(tolerance), _clock)!.Value;

    private static TimeSpan Milliseconds(double time) => TimeSpan.FromMilliseconds(time);

    private static TimeoutOptions Settings(TimeSpan tolerance) => new() { ClockSkewTolerance = tolerance };

    // So much left by our clock, of a request that was given the life of all of them.
    private static ConsumeContext Request(TimeSpan left) => MessageStub.Of(
        ("RequestId", NewId.NextGuid()),
        ("ResponseAddress", new Uri("queue:caller")),
        ("SentTime", Now.UtcDateTime + left - Life),
        ("ExpirationTime", Now.UtcDateTime + left));
}
