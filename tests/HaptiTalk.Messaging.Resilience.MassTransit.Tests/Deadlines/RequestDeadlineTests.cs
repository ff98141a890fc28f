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
        RequestDeadline.HasPassed(Request(Milliseconds(left)), Model(Milliseconds(tolerance)), _clock).ShouldBe(expected);

    [Theory]
    [InlineData(0, 2000, 1900)]
    [InlineData(0, 500, 450)]
    [InlineData(200, 2000, 1900)]
    [InlineData(200, 200, 180)]
    [InlineData(200, 100, 135)]
    [InlineData(200, 0, 90)]
    [InlineData(200, -100, 45)]
    [InlineData(200, -200, 0)]
    [InlineData(1000, 0, 450)]
    public void Limit_SomethingLeft_IsThatLessTheTimeForTheReply(double tolerance, double left, double expected) =>
        RequestDeadline.Limit(Request(Milliseconds(left)), Model(Milliseconds(tolerance)), _clock).ShouldBe(Milliseconds(expected));

    [Theory]
    [InlineData(3_600_000)]
    [InlineData(86_400_000)]
    public void Limit_SendersClockFarAhead_IsTheLifeItGaveTheRequest(double left) =>
        RequestDeadline.Limit(Request(Milliseconds(left)), Model(TimeSpan.FromMilliseconds(200)), _clock)
            .ShouldBe(Life - TimeSpan.FromMilliseconds(100));

    [Theory]
    [InlineData(3_600_000)]
    [InlineData(86_400_000)]
    public void Limit_SendersClockFarAheadAndTimeOfSendingUnknown_IsTheProfilesTotal(double left)
    {
        ConsumeContext request = Request(Milliseconds(left), knowsWhenItWasSent: false);

        RequestDeadline.Limit(request, Model(TimeSpan.FromMilliseconds(200)), _clock).ShouldBe(TimeSpan.FromSeconds(5));
    }

    [Fact]
    public void Limit_AnyClocks_IsNeitherNegativeNorAboveTheTotalNorAboveTheRequestsLife()
    {
        foreach ((double skew, double age, double tolerance) in Combinations())
        {
            TimeSpan limit = RequestDeadline.Limit(Request(Life - Milliseconds(age) + Milliseconds(skew)), Model(Milliseconds(tolerance)), _clock);

            limit.ShouldBeGreaterThanOrEqualTo(TimeSpan.Zero);
            limit.ShouldBeLessThanOrEqualTo(Life);
            RequestDeadline.Limit(Request(Milliseconds(skew)), Model(Milliseconds(tolerance), total: 20), _clock).ShouldBeLessThanOrEqualTo(Milliseconds(20));
        }
    }

    [Fact]
    public void Limit_ClocksNoFurtherApartThanTolerated_WhoeverStillWaitsIsServed()
    {
        foreach ((double skew, double age, double tolerance) in Combinations().Where(static at => Math.Abs(at.Skew) <= at.Tolerance && at.Age < Life.TotalMilliseconds))
        {
            ConsumeContext request = Request(Life - Milliseconds(age) + Milliseconds(skew));

            RequestDeadline.HasPassed(request, Model(Milliseconds(tolerance)), _clock).ShouldBeFalse();
            RequestDeadline.Limit(request, Model(Milliseconds(tolerance)), _clock).ShouldBeGreaterThan(TimeSpan.Zero);
        }
    }

    [Fact]
    public void Limit_ClocksTogetherAndMoreLeftThanTolerated_LeavesTimeForTheReply()
    {
        foreach ((double _, double age, double tolerance) in Combinations().Where(static at => at.Age >= 0 && at.Tolerance < Life.TotalMilliseconds - at.Age))
        {
            TimeSpan left = Life - Milliseconds(age);

            RequestDeadline.Limit(Request(left), Model(Milliseconds(tolerance)), _clock).ShouldBeLessThan(left);
        }
    }

    [Fact]
    public void Limit_LessIsLeft_IsNeverMore()
    {
        foreach (double tolerance in Moments.Where(static moment => moment >= 0))
        {
            TimeSpan[] limits = [.. Moments.Select(left => RequestDeadline.Limit(Request(Milliseconds(left)), Model(Milliseconds(tolerance)), _clock))];

            limits.ShouldBeInOrder();
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

        RequestDeadline.HasPassed(request, Model(TimeSpan.FromDays(1)), _clock).ShouldBe(expected);
        RequestDeadline.Limit(request, Model(TimeSpan.FromDays(1)), _clock).ShouldBeInRange(TimeSpan.Zero, TimeSpan.FromSeconds(5));
    }

    [Fact]
    public void HasPassed_TimeWithAnOffset_IsTheSameMoment()
    {
        ConsumeContext request = MessageStub.Of(
            ("RequestId", NewId.NextGuid()),
            ("ResponseAddress", new Uri("queue:caller")),
            ("ExpirationTime", (Now.UtcDateTime + TimeSpan.FromSeconds(2)).ToLocalTime()));

        RequestDeadline.HasPassed(request, Model(TimeSpan.Zero), _clock).ShouldBeFalse();
        RequestDeadline.Limit(request, Model(TimeSpan.Zero), _clock).ShouldBe(Milliseconds(1900));
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

        RequestDeadline.HasPassed(message, Model(TimeSpan.Zero), _clock).ShouldBeFalse();
        RequestDeadline.Limit(message, Model(TimeSpan.Zero), _clock).ShouldBe(TimeSpan.FromSeconds(5));
    }

    private static IEnumerable<(double Skew, double Age, double Tolerance)> Combinations() =>
        from skew in Moments
        from age in Moments.Where(static moment => moment >= 0)
        from tolerance in Moments.Where(static moment => moment >= 0)
        select (skew, age, tolerance);

    private static TimeSpan Milliseconds(double time) => TimeSpan.FromMilliseconds(time);

    private static ProfileModel Model(TimeSpan tolerance, double total = 5000) => new(
        "user",
        null,
        new ServiceProfile { Timeout = new() { DefaultTimeout = Milliseconds(total), ClockSkewTolerance = tolerance } },
        Revision: 1);

    // So much left by our clock, of a request that was given the life of all of them.
    private static ConsumeContext Request(TimeSpan left, bool knowsWhenItWasSent = true) => MessageStub.Of(
        ("RequestId", NewId.NextGuid()),
        ("ResponseAddress", new Uri("queue:caller")),
        ("SentTime", knowsWhenItWasSent ? Now.UtcDateTime + left - Life : null),
        ("ExpirationTime", Now.UtcDateTime + left));
}
