using Microsoft.Extensions.Time.Testing;

namespace HaptiTalk.Messaging.Resilience.Tool.Tests.Reading;

public sealed class AmountsTests
{
    [Theory]
    [InlineData("250ms", 0.25)]
    [InlineData("2s", 2)]
    [InlineData("1.5m", 90)]
    [InlineData("2h", 7_200)]
    [InlineData("1d", 86_400)]
    public void TrySpan_Allowed_IsRead(string text, double seconds)
    {
        Amounts.TrySpan(text, out TimeSpan span).ShouldBeTrue();
        span.TotalSeconds.ShouldBe(seconds);
    }

    [Theory]
    [InlineData("")]
    [InlineData("5")]
    [InlineData("-5s")]
    [InlineData("s")]
    [InlineData("1e9s")]
    [InlineData("99999999d")]
    public void TrySpan_Other_IsRefused(string text) => Amounts.TrySpan(text, out _).ShouldBeFalse();

    [Theory]
    [InlineData("50/s", 50)]
    [InlineData("50", 50)]
    [InlineData("3000/m", 50)]
    [InlineData("0.5/s", 0.5)]
    public void TryRate_Allowed_IsRead(string text, double perSecond)
    {
        Amounts.TryRate(text, out double? read).ShouldBeTrue();
        read.ShouldBe(perSecond);
    }

    [Theory]
    [InlineData("0/s")]
    [InlineData("50/")]
    [InlineData("50/x")]
    [InlineData("/s")]
    [InlineData("1/2/s")]
    public void TryRate_Other_IsRefused(string text) => Amounts.TryRate(text, out _).ShouldBeFalse();

    [Theory]
    [InlineData("1024", 1_024)]
    [InlineData("1KiB", 1_024)]
    [InlineData("1.5MiB", 1_572_864)]
    public void TrySize_Allowed_IsRead(string text, long bytes)
    {
        Amounts.TrySize(text, out long read).ShouldBeTrue();
        read.ShouldBe(bytes);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("1MB")]
    [InlineData("99999999999999GiB")]
    public void TrySize_Other_IsRefused(string text) => Amounts.TrySize(text, out _).ShouldBeFalse();

    [Theory]
    [InlineData("10%", 0.1, true)]
    [InlineData("0.1", 0.1, true)]
    [InlineData("1", 1, true)]
    [InlineData("101%", 1.01, false)]
    public void TryShare_Text_IsReadOrRefused(string text, double share, bool isAllowed)
    {
        Amounts.TryShare(text, out double read).ShouldBe(isAllowed);
        read.ShouldBe(share);
    }

    [Theory]
    [InlineData("2h", "2026-11-26T06:00:00Z")]
    [InlineData("2026-11-25T10:00:00", "2026-11-25T10:00:00Z")]
    [InlineData("2026-11-25T10:00:00+09:00", "2026-11-25T01:00:00Z")]
    public void TimeOf_Allowed_IsRead(string text, string expected)
    {
        FakeTimeProvider clock = new(DateTimeOffset.Parse("2026-11-26T08:00:00Z"));

        Amounts.TimeOf(clock)(text, out DateTimeOffset? read).ShouldBeTrue();

        read.ShouldBe(DateTimeOffset.Parse(expected));
    }
}
