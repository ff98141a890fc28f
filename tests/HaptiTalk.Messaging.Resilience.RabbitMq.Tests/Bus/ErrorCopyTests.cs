using System.Text;
using HaptiTalk.Messaging.Resilience.Brokers;
using HaptiTalk.Messaging.Resilience.Tests;
using MassTransit;
using RabbitMQ.Client;

namespace HaptiTalk.Messaging.Resilience.RabbitMq.Tests.Bus;

/// <summary>The copy in the error queue beside the one that MassTransit makes on its own, and at the limits of what a broker takes.</summary>
public sealed class ErrorCopyTests(BrokerFixture broker)
{
    private readonly Callee _callee = new() { Behaviour = Callee.Fails };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<string, int> Failures => new MatrixTheoryData<string, int>(
        ["long message", "very long message", "deep stack"], [0, 100 * 1024, 120 * 1024, 126 * 1024]);

    [Fact]
    public async Task Send_ConsumerFails_CopyIsMassTransitsOwnAndTheHeadersOfTheProfile()
    {
        RawMessage bare = await FailAsync(protectConsumers: false);
        RawMessage copy = await FailAsync(protectConsumers: true);

        copy.Body.ToArray().ShouldBe(bare.Body.ToArray());
        Describe(copy.Properties).ShouldBe(Describe(bare.Properties));
        copy.Headers.Keys.Except(bare.Headers.Keys).Order(StringComparer.Ordinal).ShouldBe(
        [
            "MT-Fault-RetryCount", "Resilience-Attempts", "Resilience-First-Failure", "Resilience-Operation", "Resilience-Profile", "Resilience-Reason",
        ]);
        bare.Headers.Keys.Except(copy.Headers.Keys).ShouldBeEmpty();

        // A time, and the way the exception took through one pipeline and the other.
        string[] different = [MessageHeaders.FaultTimestamp, MessageHeaders.FaultStackTrace, MessageHeaders.FaultInputAddress];
        foreach (string key in bare.Headers.Keys.Except(different))
            copy.Headers[key].ShouldBe(bare.Headers[key], key);
        copy.Headers["Resilience-Profile"].ShouldBe("user");
        copy.Headers["Resilience-Operation"].ShouldBe("ask");
        copy.Headers["Resilience-Reason"].ShouldBe("Failed");
        copy.Headers["Resilience-Attempts"].ShouldBe(4);
        copy.Headers["Resilience-First-Failure"].ShouldBeOfType<string>().ShouldEndWith("System.InvalidOperationException: broken");
    }

    [Theory]
    [MemberData(nameof(Failures))]
    public async Task Publish_FailureOrOwnHeadersAreLarge_StillEndsInTheErrorQueueAtOnce(string failure, int ownHeaders)
    {
        _callee.Behaviour = Failing(failure);
        await using VirtualHost host = await broker.CreateVirtualHostAsync(Token);
        await using RabbitBus bus = await StartAsync(host, protectConsumers: true);

        await PublishAsync(bus, ownHeaders);
        await bus.DeliveredAsync("ask");

        RawMessage copy = (await RawMessage.TakeAsync(host, "ask_error")).ShouldNotBeNull();
        ((string)copy.Headers["Own"]!).Length.ShouldBe(ownHeaders + 1);
        copy.Headers["MT-Fault-ExceptionType"].ShouldBe("System.InvalidOperationException");
        copy.Headers["Resilience-Reason"].ShouldBe("Failed");
        bus.Taken("ask").ShouldBe(1);
        _callee.Calls.ShouldBe(4);
        (await Queue.CountAsync(host, "ask")).ShouldBe(0u);
    }

    [Fact]
    public async Task Naive_OwnHeadersAreLarge_ComesBackAgainAndAgain()
    {
        _callee.Behaviour = Failing("long message");
        await using VirtualHost host = await broker.CreateVirtualHostAsync(Token);
        await using RabbitBus bus = await StartAsync(host, protectConsumers: false);

        await PublishAsync(bus, ownHeaders: 126 * 1024);

        // The error copy does not fit into a frame: the broker closes the connection, and with it the message is given back.
        for (int delivery = 0; delivery < 3; delivery++)
            await _callee.ReceivedAsync();
        (await Queue.CountAsync(host, "ask_error") ?? 0).ShouldBe(0u);
    }

    private static Func<ConsumeContext<Ask>, Task> Failing(string failure) => failure switch
    {
        "long message" => static _ => throw new InvalidOperationException(new string('한', 200 * 1024)),
        "very long message" => static _ => throw new InvalidOperationException(new string('한', 2 * 1024 * 1024)),
        _ => static _ => Task.FromResult(Descend(5_000)),
    };

    private static int Descend(int steps) => steps == 0 ? throw new InvalidOperationException("far down") : Descend(steps - 1) + 1;

    private static Task PublishAsync(RabbitBus bus, int ownHeaders) =>
        bus.Bus.Publish(new Ask("x"), context => context.Headers.Set("Own", new string('o', ownHeaders + 1)), Token);

    private static string Describe(IReadOnlyBasicProperties properties) => string.Join(
        ", ",
        properties.MessageId,
        properties.CorrelationId,
        properties.ContentType,
        properties.ContentEncoding,
        properties.DeliveryMode,
        properties.Priority,
        properties.Type,
        properties.AppId,
        properties.ReplyTo,
        properties.Timestamp,
        properties.Expiration);

    // What no MassTransit sender wrote, so that nothing in it differs from one time to the other.
    private async Task<RawMessage> FailAsync(bool protectConsumers)
    {
        await using VirtualHost host = await broker.CreateVirtualHostAsync(Token);
        await using RabbitBus bus = await StartAsync(host, protectConsumers);
        var properties = new BasicProperties
        {
            MessageId = "11111111-1111-1111-1111-111111111111",
            CorrelationId = "22222222-2222-2222-2222-222222222222",
            ContentType = "application/vnd.masstransit+json",
            DeliveryMode = DeliveryModes.Persistent,
            Priority = 3,
            Type = "ask",
            AppId = "elsewhere",
            Timestamp = new(1_700_000_000),
            Expiration = "600000",
            Headers = new Dictionary<string, object?>(StringComparer.Ordinal) { ["tenant"] = "t1", ["number"] = 5, ["MT-Redelivery-Count"] = "1" },
        };
        byte[] body = Encoding.UTF8.GetBytes(
            """
            {
              "messageId": "11111111-1111-1111-1111-111111111111",
              "messageType": [ "urn:message:HaptiTalk.Messaging.Resilience.Tests:Ask" ],
              "message": { "text": "x" },
              "headers": { "trace": "t" }
            }
            """);
        await RawMessage.PublishAsync(host, "ask", properties, body);
        await bus.DeliveredAsync("ask");
        return (await RawMessage.TakeAsync(host, "ask_error")).ShouldNotBeNull();
    }

    private Task<RabbitBus> StartAsync(VirtualHost host, bool protectConsumers) => RabbitBus.StartAsync(
        host,
        (_, rabbit) => rabbit.ReceiveEndpoint("ask", endpoint => endpoint.Handler<Ask>(_callee.ConsumeAsync)),
        protectConsumers: protectConsumers);
}
