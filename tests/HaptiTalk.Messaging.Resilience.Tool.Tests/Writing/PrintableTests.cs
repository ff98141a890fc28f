namespace HaptiTalk.Messaging.Resilience.Tool.Tests.Writing;

public sealed class PrintableTests
{
    [Theory]
    [InlineData("plain 한국어 👩‍💻 [red]", "plain 한국어 👩‍💻 [red]")]
    [InlineData("\u001b[31m", @"\u001b[31m")]
    [InlineData("a\tb\r\nc", @"a\tb\r\nc")]
    [InlineData("\u009b\u007f\u202e\u2028\ufeff", @"\u009b\u007f\u202e\u2028\ufeff")]
    [InlineData("\U000e0041", @"\U000e0041")]
    [InlineData(null, "")]
    public void Line_Text_IsFitForATerminal(string? text, string printable) => Printable.Line(text).ShouldBe(printable);

    [Fact]
    public void Line_HalfOfACharacter_IsWrittenOut() => Printable.Line($"{(char)0xd800}x").ShouldBe(@"\ud800x");

    [Fact]
    public void Lines_Text_KeepsItsLines() => Printable.Lines("a\r\n\tb\rc\u001b").ShouldBe("a\n    b\nc\\u001b");

    [Theory]
    [InlineData("amqp://user:hidden@host/vhost", "amqp://user:…@host/vhost")]
    [InlineData("'amqp://user:hid@/den@host'.", "'amqp://user:…@host'.")]
    [InlineData("http://host:15672/api", "http://host:15672/api")]
    public void Hide_Address_KeepsThePassword(string text, string hidden) => Secrets.Hide(text).ShouldBe(hidden);
}
