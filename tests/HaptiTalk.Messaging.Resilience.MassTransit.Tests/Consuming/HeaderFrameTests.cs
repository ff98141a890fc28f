using System.Text;
using MassTransit;
using MassTransit.RabbitMqTransport;
using MassTransit.Serialization;
using RabbitMQ.Client;

namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>How much of an error copy's headers is kept where they would not fit into a frame of the broker.</summary>
public sealed class HeaderFrameTests
{
    private const uint Frame = 128 * 1024;

    [Fact]
    public void Fit_RoomEnough_ChangesNothing()
    {
        DictionarySendHeaders added = Added(stackTrace: 2048, message: 2048);
        BasicProperties own = Own(100_000);

        new HeaderFrame(own, Frame).Fit(added);

        Length(added, MessageHeaders.FaultStackTrace).ShouldBe(2048);
        Length(added, MessageHeaders.FaultMessage).ShouldBe(2048);
        added.TryGetHeader("Resilience-Cut", out _).ShouldBeFalse();
    }

    [Fact]
    public void Fit_BrokerWithoutALimit_ChangesNothing()
    {
        DictionarySendHeaders added = Added(stackTrace: 2048, message: 2048);

        new HeaderFrame(Own(1_000_000), frameMax: 0).Fit(added);

        Length(added, MessageHeaders.FaultStackTrace).ShouldBe(2048);
    }

    [Fact]
    public void Fit_TooLarge_CutsTheStackTraceFirstAndNoMoreThanNeeded()
    {
        DictionarySendHeaders added = Added(stackTrace: 2048, message: 2048);
        BasicProperties own = Own((int)Frame - 4500);

        new HeaderFrame(own, Frame).Fit(added);

        Length(added, MessageHeaders.FaultStackTrace).ShouldBeInRange(1, 2047);
        Length(added, MessageHeaders.FaultMessage).ShouldBe(2048);
        FrameOf(own, added).ShouldBeInRange((int)Frame - 200, (int)Frame);
        added.TryGetHeader("Resilience-Cut", out _).ShouldBeFalse();
    }

    [Theory]
    [InlineData(2000)]
    [InlineData(1000)]
    [InlineData(500)]
    [InlineData(100)]
    [InlineData(0)]
    [InlineData(-1000)]
    public void Fit_OwnHeadersTakeNearlyAllTheRoom_KeepsWhatNamesTheFailureAndFits(int room)
    {
        DictionarySendHeaders added = Added(stackTrace: 2048, message: 2048);
        BasicProperties own = Own((int)Frame - room);

        new HeaderFrame(own, Frame).Fit(added);

        added.TryGetHeader(MessageHeaders.FaultStackTrace, out _).ShouldBeFalse();
        added.TryGetHeader(MessageHeaders.Reason, out _).ShouldBeTrue();
        added.TryGetHeader(MessageHeaders.FaultExceptionType, out _).ShouldBeTrue();
        FrameOf(own, added).ShouldBeInRange((int)Frame - 2200, (int)Frame);
    }

    [Fact]
    public void Fit_OwnHeaderIsCut_IsNamedAndTheOthersAreKept()
    {
        DictionarySendHeaders added = Added(stackTrace: 0, message: 0);
        BasicProperties own = Own((int)Frame - 500);
        own.Headers!["tenant"] = Encoding.UTF8.GetBytes("t1");
        own.Headers["number"] = 5;

        new HeaderFrame(own, Frame).Fit(added);

        added.TryGetHeader("Resilience-Cut", out object? cut).ShouldBeTrue();
        cut.ShouldBe("Own");
        own.Headers["tenant"].ShouldBe("t1"u8.ToArray());
        own.Headers["number"].ShouldBe(5);
        ((byte[])own.Headers["Own"]!).Length.ShouldBeInRange((int)Frame - 2000, (int)Frame - 500);
    }

    [Fact]
    public void Fit_SenderFilledTheFrameWithTablesAndNumbers_Fits()
    {
        DictionarySendHeaders added = Added(stackTrace: 2048, message: 2048);
        BasicProperties own = Own(0);
        own.Headers!["table"] = new Dictionary<string, object?> { ["text"] = new byte[60_000] };
        for (int i = 0; i < 6_000; i++)
            own.Headers[$"{i:D4}"] = (long)i;

        new HeaderFrame(own, Frame).Fit(added);

        FrameOf(own, added).ShouldBeLessThanOrEqualTo((int)Frame);
        own.Headers.ShouldNotContainKey("table");
        own.Headers.Count.ShouldBe(6_001);
    }

    [Fact]
    public void Fit_CharactersOfSeveralBytes_CountsBytesAndCutsBetweenThem()
    {
        DictionarySendHeaders added = Added(stackTrace: 0, message: 0);
        added.Set(MessageHeaders.FaultMessage, string.Concat(Enumerable.Repeat("한😀", 1000)));
        BasicProperties own = Own((int)Frame - 4500);

        new HeaderFrame(own, Frame).Fit(added);

        added.TryGetHeader(MessageHeaders.FaultMessage, out object? message).ShouldBeTrue();
        ((string)message!).ShouldStartWith("한😀한");
        ((string)message).ShouldNotContain('\uFFFD');
        FrameOf(own, added).ShouldBeInRange((int)Frame - 200, (int)Frame);
    }

    [Fact]
    public void Fit_AddedReplacesAnOwnHeader_CountsItOnce()
    {
        DictionarySendHeaders added = Added(stackTrace: 2048, message: 2048);
        BasicProperties own = Own(0);
        own.Headers![MessageHeaders.FaultStackTrace] = new byte[(int)Frame - 1000];

        new HeaderFrame(own, Frame).Fit(added);

        Length(added, MessageHeaders.FaultStackTrace).ShouldBe(2048);
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

    private static BasicProperties Own(int length) => new()
    {
        Headers = new Dictionary<string, object?>(StringComparer.Ordinal) { ["Own"] = Encoding.UTF8.GetBytes(new string('o', Math.Max(length, 0))) },
    };

    private static int Length(DictionarySendHeaders headers, string key) =>
        headers.TryGetHeader(key, out object? value) ? ((string)value).Length : 0;

    // What the client would write for the copy, without what numbers its confirms.
    private static int FrameOf(BasicProperties own, DictionarySendHeaders added)
    {
        var copy = new BasicProperties(own) { Headers = new Dictionary<string, object?>(own.Headers!, StringComparer.Ordinal) };
        var headers = new MoveTransportHeaders(copy);
        headers.SetHostHeaders();
        headers.CopyFrom(added);
        return ((IAmqpWriteable)copy).GetRequiredBufferSize() + 22;
    }
}
