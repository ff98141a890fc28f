using System.Text;
using System.Text.Json;
using CsCheck;
using RabbitMQ.Client;

namespace HaptiTalk.Messaging.Resilience.RabbitMq.Tests.DeadLetters;

/// <summary>Whatever a sender writes into a header is read without an exception, and can be shown.</summary>
public sealed class HeaderReaderTests
{
    private static readonly string[] Names =
    [
        HeaderName.Reason, HeaderName.ExceptionType, HeaderName.ExceptionMessage, HeaderName.StackTrace, HeaderName.Timestamp, HeaderName.InputAddress,
        HeaderName.ConsumerType, HeaderName.MessageType, HeaderName.ResponseAddress, HeaderName.FaultAddress, HeaderName.Deaths, HeaderName.DeliveryCount,
        HeaderName.ReplayCount, HeaderName.ReplayId, "x-acquired-count", "x-first-death-queue", "traceparent", "MT-Activity-Id", "Diagnostic-Id", "other",
    ];

    private static readonly Gen<object?> Scalar = Gen.OneOf(
        Gen.Const((object?)null),
        Gen.Bool.Select(static value => (object?)value),
        Gen.SByte.Select(static value => (object?)value),
        Gen.Byte.Select(static value => (object?)value),
        Gen.Short.Select(static value => (object?)value),
        Gen.UShort.Select(static value => (object?)value),
        Gen.Int.Select(static value => (object?)value),
        Gen.UInt.Select(static value => (object?)value),
        Gen.Long.Select(static value => (object?)value),
        OneOfThese(double.NaN, double.PositiveInfinity, double.NegativeInfinity, 1e300, -1e300, double.Epsilon, 0.5).Select(static value => (object?)value),
        OneOfThese(float.NaN, float.PositiveInfinity, float.MaxValue, 2.5f).Select(static value => (object?)value),
        OneOfThese(decimal.MaxValue, decimal.MinValue, 1.5m).Select(static value => (object?)value),
        Gen.OneOf(Gen.Long, OneOfThese(long.MinValue, long.MaxValue, -1L, 0L, 253_402_300_800L)).Select(static value => (object?)new AmqpTimestamp(value)),
        Gen.Byte.Array[0, 40].Select(static value => (object?)value),
        Gen.Byte.Array[0, 40].Select(static value => (object?)new BinaryTableValue(value)),
        Gen.String[0, 40].Select(static value => (object?)Encoding.UTF8.GetBytes(value)),
        OneOfThese(
                "9999-12-31T23:59:59.9999999Z", "0001-01-01T00:00:00+14:00", "rabbitmq://h/%zz/%E0%A4%A", "::", "-1", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                new string('x', 100_000), "\ud800")
            .Select(static value => (object?)Encoding.UTF8.GetBytes(value)));

    private static readonly Gen<object?> AnyValue = Gen.OneOf(
        Scalar,
        Scalar.List[0, 4].Select(static items => (object?)items),
        Gen.Select(OneOfThese("queue", "reason", "count", "time", "exchange", "routing-keys", "x"), Scalar).List[0, 6].Select(static fields => (object?)Table(fields)),
        Gen.Select(OneOfThese("queue", "reason", "count", "time", "exchange", "routing-keys"), Gen.OneOf(Scalar, Scalar.List[0, 3].Select(static items => (object?)items)))
            .List[0, 6].Select(static fields => (object?)new List<object?> { Table(fields) }),
        Gen.Select(Scalar, Gen.Int[1, 200], Gen.Bool).Select(static (value, depth, inTables) => Nested(value, depth, inTables)));

    [Fact]
    public void Read_AnyHeaders_NeverThrowsAndCanBeShown() =>
        Gen.Select(Gen.Select(OneOfThese(Names), AnyValue).List[0, 8], Gen.Bool, Gen.OneOf(Gen.Long, OneOfThese(1_767_348_000L, 1_767_348_000_000L)))
            .Sample(static (fields, redelivered, sent) =>
            {
                BasicProperties properties = new() { Headers = Table(fields), Timestamp = new AmqpTimestamp(sent) };
                DeadLetter letter = Read(properties, redelivered);

                JsonSerializer.Serialize(letter, JsonSerializerOptions.Web).ShouldNotBeEmpty();
                letter.DeliveryCount.ShouldBeGreaterThanOrEqualTo(0);
                new DeadLetterMatcher(new() { HeaderName = "other", HeaderValue = "*x*" }).Fits(letter, []);
                foreach (DeadLetterGrouping grouping in Enum.GetValues<DeadLetterGrouping>())
                {
                    DeadLetterGroups groups = new([grouping]);
                    groups.Add(letter);
                    new DeadLetterMatcher(groups.ToList().Single().Query).Fits(letter, []).ShouldBeTrue();
                }

                ReplayMessage.NumberOf(properties.Headers, "run/");
                new ReplayMessage("run").Fill(properties, 1, withoutReply: true);
                Exported(properties).ShouldNotBeEmpty();
            });

    [Theory]
    [InlineData(1_767_348_000, "2026-01-02T10:00:00.0000000+00:00")]
    [InlineData(1_767_348_000_123, "2026-01-02T10:00:00.1230000+00:00")]
    [InlineData(1_767_348_000_123_456, "2026-01-02T10:00:00.1234560+00:00")]
    [InlineData(1_767_348_000_123_456_700, "2026-01-02T10:00:00.1234567+00:00")]
    [InlineData(0, null)]
    [InlineData(-5, null)]
    [InlineData(long.MinValue, null)]
    public void Read_TimestampInAnyUnit_IsThatTimeOrNone(long timestamp, string? expected)
    {
        DeadLetter letter = Read(new BasicProperties { Timestamp = new AmqpTimestamp(timestamp) }, redelivered: false);

        letter.SentAt?.ToString("O").ShouldBe(expected);
        letter.Properties.Timestamp.ShouldBe(letter.SentAt);
    }

    [Fact]
    public void ToList_AtTheEndOfTime_GroupsByTheHour()
    {
        DeadLetterGroups groups = new([DeadLetterGrouping.Hour]);
        groups.Add(Read(new() { Headers = new Dictionary<string, object?>(StringComparer.Ordinal) { [HeaderName.Timestamp] = "9999-12-31T23:30:00Z"u8.ToArray() } }, false));

        groups.ToList().Single().Query.Until.ShouldBeNull();
    }

    private static DeadLetter Read(BasicProperties properties, bool redelivered) => DeadLetterReading.Read(Message(properties, redelivered), 0, 1024);

    private static BrokerMessage Message(BasicProperties properties, bool redelivered) =>
        new(null!, 1, "", "q_error", properties, Encoding.UTF8.GetBytes("{}"), redelivered);

    private static byte[] Exported(BasicProperties properties)
    {
        using MemoryStream stream = new();
        new ArchiveWriter(stream, "q_error").WriteAsync(Message(properties, false), CancellationToken.None).AsTask().IsCompletedSuccessfully.ShouldBeTrue();
        return stream.ToArray();
    }

    private static Gen<T> OneOfThese<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(index => values[index]);

    private static Dictionary<string, object?> Table(IEnumerable<(string Name, object? Value)> fields)
    {
        Dictionary<string, object?> table = new(StringComparer.Ordinal);
        foreach ((string name, object? value) in fields)
            table[name] = value;
        return table;
    }

    private static object? Nested(object? value, int depth, bool inTables)
    {
        for (int level = 0; level < depth; level++)
            value = inTables ? new Dictionary<string, object?>(StringComparer.Ordinal) { ["x"] = value } : new List<object?> { value };
        return value;
    }
}
