using HaptiTalk.Messaging.Resilience.Tool.DeadLetters;
using Microsoft.Extensions.Time.Testing;

namespace HaptiTalk.Messaging.Resilience.Tool.Tests.Writing;

public sealed class ProgressLineTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly StringWriter _error = new();

    [Fact]
    public void Show_WithinTwoSeconds_SaysNothing()
    {
        using (ProgressLine line = Create(isTerminal: true))
        {
            _time.Advance(TimeSpan.FromSeconds(1.9));
            line.Show("half");
        }

        _error.ToString().ShouldBeEmpty();
    }

    [Fact]
    public void Show_Terminal_ReplacesItsLineAndTakesItAway()
    {
        using (ProgressLine line = Create(isTerminal: true))
        {
            _time.Advance(TimeSpan.FromSeconds(2));
            line.Show("half");
            line.Show("done");
        }

        _error.ToString().ShouldBe("\r\u001b[Khalf\r\u001b[Kdone\r\u001b[K");
    }

    [Fact]
    public void Show_Elsewhere_WritesALineEveryTenSeconds()
    {
        using ProgressLine line = Create(isTerminal: false);
        for (int second = 1; second <= 15; second++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            line.Show($"at {second}");
        }

        _error.ToString().ReplaceLineEndings("\n").ShouldBe("at 2\nat 12\n");
    }

    [Theory]
    [InlineData(null, "12 s left")]
    [InlineData(100_000L, "12 s left")]
    [InlineData(3_000L, "1.0 s left")]
    public void Of_ReplayProgress_SaysRateAndRemainingTime(long? limit, string remaining) =>
        ReplayView.Of(new(10_000, 2_500, 2_400, 100, 3, 600, TimeSpan.FromSeconds(12)), limit)
            .ShouldBe($"2,500 of 10,000: 2,400 replayed, 100 kept, 3 back, 600/s, {remaining}");

    public void Dispose() => _error.Dispose();

    private ProgressLine Create(bool isTerminal) => new(new()
    {
        Output = TextWriter.Null,
        Error = _error,
        Input = TextReader.Null,
        OpenInput = static () => Stream.Null,
        OpenOutput = static () => Stream.Null,
        IsErrorTerminal = isTerminal,
        Folder = "",
        Time = _time,
    });
}
