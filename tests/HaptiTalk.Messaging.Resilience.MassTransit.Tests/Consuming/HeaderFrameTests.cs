using System.Text;
using MassTransit;
using MassTransit.Serialization;

namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>How much of an error copy's headers is kept where they would not fit into a frame of the broker.</summary>
public sealed class HeaderFrameTests
{
    private const int Budget = 124 * 1024;

    [Fact]
    public void Fit_RoomEnough_ChangesNothing()
    {
        DictionarySendHeaders added = Added(stackTrace: 2048, message: 2048);

        HeaderFrame.Fit(added, Own(100_000));

        Length(added, MessageHeaders.FaultStackTrace).ShouldBe(2048);
        Length(added, MessageHeaders.FaultMessage).ShouldBe(2048);
    }

    [Fact]
    public void Fit_TooLarge_CutsTheStackTraceFirstAndNoMoreThanNeeded()
    {
        DictionarySendHeaders added = Added(stackTrace: 2048, message: 2048);
        DictionarySendHeaders own = Own(Budget - 3000);

        HeaderFrame.Fit(added, own);

        Length(added, MessageHeaders.FaultStackTrace).ShouldBeInRange(1, 2047);
        Length(added, MessageHeaders.FaultMessage).ShouldBe(2048);
        TableSize(added, own).ShouldBeInRange(Budget - 4, Budget);
    }

    [Fact]
    public void Fit_OwnHeadersTakeAllTheRoom_KeepsWhatNamesTheFailure()
    {
        DictionarySendHeaders added = Added(stackTrace: 2048, message: 2048);

        HeaderFrame.Fit(added, Own(Budget));

        added.TryGetHeader(MessageHeaders.FaultStackTrace, out _).ShouldBeFalse();
        added.TryGetHeader(MessageHeaders.FaultMessage, out _).ShouldBeFalse();
        added.TryGetHeader(MessageHeaders.Reason, out _).ShouldBeTrue();
        added.TryGetHeader(MessageHeaders.FaultExceptionType, out _).ShouldBeTrue();
    }

    [Fact]
    public void Fit_CharactersOfSeveralBytes_CountsBytesAndCutsBetweenThem()
    {
        DictionarySendHeaders added = Added(stackTrace: 0, message: 0);
        added.Set(MessageHeaders.FaultMessage, string.Concat(Enumerable.Repeat("한😀", 1000)));
        DictionarySendHeaders own = Own(Budget - 3000);

        HeaderFrame.Fit(added, own);

        added.TryGetHeader(MessageHeaders.FaultMessage, out object? message).ShouldBeTrue();
        ((string)message!).ShouldStartWith("한😀한");
        ((string)message).ShouldNotContain('\uFFFD');
        TableSize(added, own).ShouldBeInRange(Budget - 4, Budget);
    }

    [Fact]
    public void Fit_AddedReplacesAnOwnHeader_CountsItOnce()
    {
        DictionarySendHeaders added = Added(stackTrace: 2048, message: 2048);
        var own = new DictionarySendHeaders();
        own.Set(MessageHeaders.FaultStackTrace, new string('s', Budget));

        HeaderFrame.Fit(added, own);

        Length(added, MessageHeaders.FaultStackTrace).ShouldBe(2048);
    }

    [Fact]
    public void Fit_OwnHeadersAreListsAndTables_CountsWhatIsInThem()
    {
        DictionarySendHeaders added = Added(stackTrace: 2048, message: 2048);
        var own = new DictionarySendHeaders();
        var death = new Dictionary<string, object> { ["queue"] = Encoding.UTF8.GetBytes(new string('q', 1000)), ["count"] = 1L };
        own.Set("x-death", Enumerable.Repeat<object>(death, 130).ToList());

        HeaderFrame.Fit(added, own);

        added.TryGetHeader(MessageHeaders.FaultStackTrace, out _).ShouldBeFalse();
    }

    private static DictionarySendHeaders Added(int stackTrace, int message)
    {
        var headers = new DictionarySendHeaders();
        headers.Set(MessageHeaders.Reason, "fault");
        headers.Set(MessageHeaders.FaultExceptionType, "System.InvalidOperationException");
        headers.Set(MessageHeaders.FaultStackTrace, stackTrace > 0 ? new string('s', stackTrace) : null);
        headers.Set(MessageHeaders.FaultMessage, message > 0 ? new string('m', message) : null);
        return headers;
    }

    private static DictionarySendHeaders Own(int length)
    {
        var headers = new DictionarySendHeaders();
        headers.Set("Own", new string('o', length));
        return headers;
    }

    private static int Length(DictionarySendHeaders headers, string key) =>
        headers.TryGetHeader(key, out object? value) ? ((string)value).Length : 0;

    // A short name with its length, a type, and a text with its length: as AMQP writes them.
    private static int TableSize(params DictionarySendHeaders[] headers) => headers.SelectMany(static part => part.GetAll())
        .Sum(static header => 1 + header.Key.Length + 1 + 4 + Encoding.UTF8.GetByteCount((string)header.Value));
}
