namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>A time in a body is read as one in the settings is.</summary>
public sealed class DurationTextTests
{
    [Theory]
    [InlineData("00:15:00")]
    [InlineData(" 0:0:1 ")]
    [InlineData("24:00:00")]
    [InlineData("1.00:00:00")]
    [InlineData("36:30:15.5")]
    [InlineData("1.02:03:04.0000001")]
    [InlineData("")]
    [InlineData("900")]
    [InlineData("00:15")]
    [InlineData(":15:00")]
    [InlineData("1.24:00:00")]
    [InlineData("00:60:00")]
    [InlineData("00:00:60")]
    [InlineData("00:00:01.")]
    [InlineData("00:00:01:00")]
    [InlineData("+1:00:00")]
    [InlineData("1 :00:00")]
    [InlineData("soon")]
    public void TryParse_AnyText_ReadsWhatTheSettingsRead(string text)
    {
        bool isSetting = Duration.TryParse(text, out TimeSpan setting);

        DurationText.TryParse(text, out TimeSpan time).ShouldBe(isSetting);
        if (isSetting)
            time.ShouldBe(setting);
    }
}
