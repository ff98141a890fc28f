using System.Text;
using HaptiTalk.Messaging.Resilience.Brokers;
using HaptiTalk.Messaging.Resilience.Tests;
using MassTransit;
using RabbitMQ.Client;

namespace HaptiTalk.Messaging.Resilience.RabbitMq.Tests.Bus;

/// <summary>Messages whose headers fill the broker's frame: their error copy fits all the same, so that they do not take the connection with them.</summary>
public sealed class FullHeaderFrameTests(BrokerFixture broker)
{
    // The properties of one message are at most this long on a broker that is not told otherwise.
    private const int Frame = 128 * 1024;

    private readonly Callee _callee = new() { Behaviour = Callee.Fails };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<int, int, bool> Fillings()
    {
        TheoryData<int, int, bool> fillings = [];
        bool quorum = false;
        foreach (int room in (int[])[0, 60, 129, 400, 1_000, 2_500, 5_000])
        {
            // Each number of headers meets both types of queue, at every other room.
            fillings.Add(room, 1, quorum);
            fillings.Add(room, 20, !quorum);
            quorum = !quorum;
        }

        return fillings;
    }

    [Theory]
    [MemberData(nameof(Fillings))]
    public async Task Publish_OwnHeadersFillTheFrame_EndsInTheErrorQueueAtOnce(int room, int headers, bool quorum)
    {
        await using VirtualHost host = await broker.CreateVirtualHostAsync(Token);
        await using RabbitBus bus = await RabbitBus.StartAsync(
            host,
            (_, rabbit) => rabbit.ReceiveEndpoint("ask", endpoint =>
            {
                if (quorum)
                    endpoint.SetQuorumQueue();
                endpoint.Handler<Ask>(_callee.ConsumeAsync);
            }),
            Settings.Of("user:Retry:MaxRetries=0"));
        BasicProperties properties = Filling(headers, room);

        await RawMessage.PublishAsync(host, "ask", properties, Body);
        await bus.DeliveredAsync("ask");

        RawMessage copy = (await RawMessage.TakeAsync(host, "ask_error")).ShouldNotBeNull();
        copy.Body.ToArray().ShouldBe(Body);
        copy.Headers["MT-Reason"].ShouldBe("fault");
        copy.Headers["MT-Fault-ExceptionType"].ShouldBe("System.InvalidOperationException");
        copy.Headers["Resilience-Reason"].ShouldBe("Failed");
        copy.Headers["number"].ShouldBe(5);
        copy.Headers.Keys.Count(static key => key.StartsWith("own", StringComparison.Ordinal)).ShouldBe(headers);
        bool isCut = copy.Headers.Any(own => own.Key.StartsWith("own", StringComparison.Ordinal) && ((string)own.Value!).Length < ((byte[])properties.Headers![own.Key]!).Length);
        copy.Headers.ContainsKey("Resilience-Cut").ShouldBe(isCut);
        isCut.ShouldBe(room < 1_000);
        bus.Taken("ask").ShouldBe(1);
        (await Queue.CountAsync(host, "ask")).ShouldBe(0u);
    }

    private static byte[] Body => Encoding.UTF8.GetBytes(
        """{ "messageType": [ "urn:message:HaptiTalk.Messaging.Resilience.Tests:Ask" ], "message": { "text": "x" } }""");

    // Fills the frame but for so many bytes, with headers of one size.
    private static BasicProperties Filling(int headers, int room)
    {
        var properties = new BasicProperties
        {
            ContentType = "application/vnd.masstransit+json",
            DeliveryMode = DeliveryModes.Persistent,
            Headers = new Dictionary<string, object?>(StringComparer.Ordinal) { ["number"] = 5 },
        };
        for (int i = 0; i < headers; i++)
            properties.Headers[$"own{i:D2}"] = Array.Empty<byte>();

        // Beside the properties there are their class, weight and flags, the body's size, and the client's number of the message.
        int left = Frame - 14 - 40 - room - ((IAmqpWriteable)properties).GetRequiredBufferSize();
        for (int i = 0; i < headers; i++)
            properties.Headers[$"own{i:D2}"] = Encoding.UTF8.GetBytes(new string('o', left / headers));
        return properties;
    }
}
