using System.Text;
using HaptiTalk.Messaging.Resilience.Brokers;
using RabbitMQ.Client;

namespace HaptiTalk.Messaging.Resilience.RabbitMq.Tests.DeadLetters;

/// <summary>A message that is large costs what it takes to bring it here, and little more.</summary>
public sealed class LargeMessageTests(BrokerFixture fixture)
{
    private const int Large = 60 * 1024 * 1024;
    private const long Most = 8L * 1024 * 1024;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<string, string> Bodies() => new()
    {
        { "{\"messageType\":[\"urn:message:A:B\"],\"message\":{\"text\":\"", "\"}}" },
        { "{\"messageType\":[\"urn:message:A:B\"],\"requestId\":\"", "\"}" },
        { "{\"messageType\":[\"urn:message:A:B\"],\"unknown\":{\"a\":\"", "\"}}" },
        { "{\"messageType\":[\"urn:message:A:B\"],\"headers\":{\"a\":{\"b\":\"", "\"}}}" },
        { "{\"messageType\":[\"urn:message:A:B\",\"", "\"]}" },
        { "{\"", "\":1}" },
        { "\"", "\"" },
        { "{\"no end", "" },
    };

    [Theory]
    [MemberData(nameof(Bodies))]
    public void Read_LargeBody_AllocatesLittle(string begin, string end)
    {
        byte[] body = new byte[begin.Length + Large + end.Length];
        body.AsSpan().Fill((byte)'x');
        Encoding.UTF8.GetBytes(begin, body);
        Encoding.UTF8.GetBytes(end, body.AsSpan(begin.Length + Large));
        BrokerMessage message = new(null!, 1, "", "q_error", new BasicProperties(), body);

        long before = GC.GetAllocatedBytesForCurrentThread();
        DeadLetter letter = DeadLetterReading.Read(message, 0, maxBodyBytes: 64 * 1024);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        allocated.ShouldBeLessThan(Most);
        letter.BodySize.ShouldBe(body.Length);
        letter.IsBodyComplete.ShouldBeFalse();
        if (begin.Contains("messageType", StringComparison.Ordinal))
            letter.MessageType.ShouldBe("A.B");
    }

    [Fact]
    public async Task ShowAsync_BodyAboveTheLimit_ShowsItsBeginning()
    {
        await using DeadLetterBroker broker = await DeadLetterBroker.CreateAsync(fixture);
        await broker.DeclareAsync("q_error");
        // RabbitMQ 4 takes no more than 16 MiB unless told to.
        byte[] body = new byte[15 * 1024 * 1024];
        await broker.PublishAsync("q_error", (new BasicProperties { MessageId = "large" }, body));

        DeadLetter? letter = await broker.DeadLetters.Inspector.ShowAsync("q_error", "large", cancellationToken: Token);

        letter!.BodySize.ShouldBe(body.Length);
        letter.IsBodyComplete.ShouldBeFalse();
        letter.Body.Length.ShouldBeInRange(1024 * 1024, 12 * 1024 * 1024);
    }

    [Fact]
    public void Add_SamplesWithLargeHeaders_KeepsWhatFits()
    {
        DeadLetterGroups groups = new([DeadLetterGrouping.ExceptionType]);
        for (int number = 0; number < 900; number++)
        {
            groups.Add(DeadLetterReading.Read(
                new(null!, 1, "", "q_error", new BasicProperties
                {
                    Headers = new Dictionary<string, object?>(StringComparer.Ordinal) { [HeaderName.ExceptionType] = Encoding.UTF8.GetBytes($"E{number}"), ["h"] = new byte[100_000] },
                }, new byte[] { 1 }),
                0, 0));
        }

        IReadOnlyList<DeadLetterGroup> list = groups.ToList();
        list.Sum(group => ((string)group.Sample.Headers["h"]!).Length * 2L).ShouldBeLessThan(64L * 1024 * 1024);
        (list.Count + groups.Ungrouped).ShouldBe(900);
    }
}
