using System.Globalization;

namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>How a duration is read: as hours, minutes and seconds, always.</summary>
public sealed class DurationTests
{
    [Theory]
    [InlineData("00:00:05", "00:00:05")]
    [InlineData("0:0:5", "00:00:05")]
    [InlineData("00:01:30.250", "00:01:30.2500000")]
    [InlineData("24:00:00", "1.00:00:00")]
    [InlineData("36:30:00", "1.12:30:00")]
    [InlineData("1.12:00:00", "1.12:00:00")]
    [InlineData("168:00:00", "7.00:00:00")]
    [InlineData(" 01:00:00 ", "01:00:00")]
    public void Load_Duration_IsReadAsHoursMinutesAndSeconds(string written, string expected)
    {
        using TestResilience test = Written(written);

        test.Resilience.Describe("user").Profile.Fallback.MaxStaleAge.ShouldBe(TimeSpan.ParseExact(expected, "c", CultureInfo.InvariantCulture));
    }

    [Theory]
    [InlineData("24:00")]
    [InlineData("00:05")]
    [InlineData("1:02:03:04")]
    [InlineData("1.24:00:00")]
    [InlineData("999999999:00:00")]
    [InlineData("00:60:00")]
    [InlineData("00:00:60")]
    [InlineData("00:00:01.12345678")]
    [InlineData("00:00:0٥")]
    [InlineData("5")]
    public void Load_AnythingElse_IsRefused(string written) =>
        ProblemOf(written).ShouldBe("is not a duration such as 00:00:05 (hours:minutes:seconds); allowed: 00:00:01 to 30.00:00:00.");

    [Theory]
    [InlineData("721:00:00")]
    [InlineData("9999999:00:00")]
    [InlineData("-01:00:00")]
    public void Load_OutOfRange_SaysSo(string written) =>
        ProblemOf(written).ShouldBe("is out of range; allowed: 00:00:01 to 30.00:00:00.");

    [Fact]
    public void Change_TwentyFourHours_AreOneDay()
    {
        using TestResilience test = TestResilience.With();
        test.Control.Change("user", new Dictionary<string, string?> { ["Fallback:MaxStaleAge"] = "24:00:00" }, "an operator");

        test.Resilience.Describe("user").Profile.Fallback.MaxStaleAge.ShouldBe(TimeSpan.FromDays(1));
    }

    private static string ProblemOf(string written)
    {
        using TestResilience test = Written(written);
        return Should.Throw<InvalidProfilesException>(() => test.Catalog).Problems.ShouldHaveSingleItem().Message;
    }

    private static TestResilience Written(string duration) => TestResilience.WithProfile($"Fallback:MaxStaleAge={duration}");
}
