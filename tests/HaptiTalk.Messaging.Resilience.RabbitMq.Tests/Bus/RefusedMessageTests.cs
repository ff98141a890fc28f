using HaptiTalk.Messaging.Resilience.Brokers;
using HaptiTalk.Messaging.Resilience.Tests;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using RabbitMQ.Client;

namespace HaptiTalk.Messaging.Resilience.RabbitMq.Tests.Bus;

/// <summary>A broker that says no has answered: its answer is told at once, and concerns that one address.</summary>
public sealed class RefusedMessageTests(BrokerFixture broker)
{
    // What RabbitMQ takes at most is 16 MiB.
    private const int TooLong = 17 * 1024 * 1024;

    private readonly Collected<Happened> _happened = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Send_ToAQueueThatIsFull_IsToldAtOnceAndStopsNothingElse()
    {
        await using VirtualHost host = await broker.CreateVirtualHostAsync(Token);
        await using RabbitBus bus = await StartAsync(host);
        await FillAsync(host, "full");
        ISendEndpoint full = await SenderOf(bus).GetSendEndpoint(new Uri("exchange:full"));

        for (int i = 0; i < 3; i++)
        {
            var refused = await Should.ThrowAsync<MessageNotAcknowledgedException>(full.Send(new Happened(i), Token));
            refused.Message.ShouldContain("exchange 'full'");
            refused.Message.ShouldContain("Happened");
        }

        await ShouldBeWellAsync(bus);
    }

    [Fact]
    public async Task Publish_ToAQueueThatIsFull_IsToldAtOnceAndStopsNothingElse()
    {
        await using VirtualHost host = await broker.CreateVirtualHostAsync(Token);
        await using RabbitBus bus = await StartAsync(host);
        await FillAsync(host, MessageUrn.ForType<Unassigned>().AbsolutePath["message:".Length..]);
        var publisher = bus.Services.GetRequiredService<IPublishEndpoint>();

        for (int i = 0; i < 3; i++)
            await Should.ThrowAsync<MessageNotAcknowledgedException>(publisher.Publish(new Unassigned("x"), Token));

        await ShouldBeWellAsync(bus);
    }

    [Fact]
    public async Task Send_ByAConsumerToAQueueThatIsFull_FailsTheConsumerAtOnce()
    {
        await using VirtualHost host = await broker.CreateVirtualHostAsync(Token);
        await using RabbitBus bus = await StartAsync(host, "user:Retry:MaxRetries=0");
        await FillAsync(host, "full");

        RequestFaultException fault = await Should.ThrowAsync<RequestFaultException>(bus.Client<Inquire>().GetResponse<Answer>(new Inquire(), Token));

        fault.Fault!.Exceptions[0].ExceptionType.ShouldBe(typeof(MessageNotAcknowledgedException).FullName);
        bus.Snapshot(ResilienceSide.Publisher).CircuitState.ShouldBe(CircuitState.Closed);
    }

    [Fact]
    public async Task GetResponse_TheServicesQueueIsFull_IsToldAtOnce()
    {
        await using VirtualHost host = await broker.CreateVirtualHostAsync(Token);
        await using RabbitBus bus = await StartAsync(host);
        await FillAsync(host, "full");
        IRequestClient<Ask> client = bus.Services.GetRequiredService<IScopedClientFactory>().CreateRequestClient<Ask>(new Uri("exchange:full"));

        RequestException refused = await Should.ThrowAsync<RequestException>(client.GetResponse<Answer>(new Ask("x"), Token));

        refused.ShouldNotBeOfType<RequestTimedOutException>();
        refused.InnerException.ShouldBeOfType<MessageNotAcknowledgedException>().Message.ShouldContain("exchange 'full'");
    }

    [Fact]
    public async Task Publish_OfWhatIsTooLarge_IsToldAtOnceWithTheSizesAndStopsNothingElse()
    {
        await using VirtualHost host = await broker.CreateVirtualHostAsync(Token);
        await using RabbitBus bus = await StartAsync(host);
        var publisher = bus.Services.GetRequiredService<IPublishEndpoint>();
        var large = new Unassigned(new string('x', TooLong));

        for (int i = 0; i < 3; i++)
        {
            var refused = await Should.ThrowAsync<MessageNotAcknowledgedException>(publisher.Publish(large, Token));
            refused.Message.ShouldContain("message size");
            refused.Message.ShouldContain("Unassigned");
        }

        await ShouldBeWellAsync(bus);
    }

    [Fact]
    public async Task GetResponse_RequestIsTooLarge_IsToldAtOnceAndCountsForNoBreaker()
    {
        await using VirtualHost host = await broker.CreateVirtualHostAsync(Token);
        await using RabbitBus bus = await StartAsync(host);
        var large = new Ask(new string('x', TooLong));

        for (int i = 0; i < 3; i++)
        {
            RequestException refused = await Should.ThrowAsync<RequestException>(bus.Client<Ask>().GetResponse<Answer>(large, Token));
            refused.InnerException.ShouldBeAssignableTo<MessageNotAcknowledgedException>()!.Message.ShouldContain("message size");
        }

        bus.Snapshot(ResilienceSide.Client).CircuitState.ShouldBe(CircuitState.Closed);
        (await bus.Client<Ask>().GetResponse<Answer>(new Ask("x"), Token)).Message.Text.ShouldBe("x");
    }

    private static ISendEndpointProvider SenderOf(RabbitBus bus) => bus.Services.GetRequiredService<ISendEndpointProvider>();

    /// <summary>A queue behind an exchange of this name that holds all it may.</summary>
    private static async Task FillAsync(VirtualHost host, string exchange)
    {
        await using IConnection connection = await new ConnectionFactory { Uri = host.Address }.CreateConnectionAsync(Token);
        await using IChannel channel = await connection.CreateChannelAsync(cancellationToken: Token);
        await channel.ExchangeDeclareAsync(exchange, ExchangeType.Fanout, durable: true, cancellationToken: Token);
        var arguments = new Dictionary<string, object?>(StringComparer.Ordinal) { ["x-max-length"] = 1, ["x-overflow"] = "reject-publish" };
        await channel.QueueDeclareAsync("full-queue", durable: true, exclusive: false, autoDelete: false, arguments, cancellationToken: Token);
        await channel.QueueBindAsync("full-queue", exchange, "", cancellationToken: Token);
        await channel.BasicPublishAsync(exchange, "", ReadOnlyMemory<byte>.Empty, Token);
        await Queue.ShouldHoldAsync(host, "full-queue", 1);
    }

    private async Task ShouldBeWellAsync(RabbitBus bus)
    {
        bus.Measured.Sum("retry_attempts", ("side", "publisher")).ShouldBe(0, "the same message would be refused again");
        bus.Snapshot(ResilienceSide.Publisher).CircuitState.ShouldBe(CircuitState.Closed);
        await bus.Services.GetRequiredService<IPublishEndpoint>().Publish(new Happened(7), Token);
        (await _happened.NextAsync(Token)).Message.Number.ShouldBe(7);
    }

    private Task<RabbitBus> StartAsync(VirtualHost host, params string[] settings) => RabbitBus.StartAsync(
        host,
        (_, rabbit) => rabbit.ReceiveEndpoint("happened", endpoint =>
        {
            endpoint.Handler<Happened>(_happened.AddAsync);
            endpoint.Handler<Ask>(Callee.Answers);
            endpoint.Handler<Inquire>(static async context => await (await context.GetSendEndpoint(new Uri("exchange:full"))).Send(new Happened(1)));
        }),
        new Dictionary<string, string?>(Settings.Of(["user:CircuitBreaker:FailureThreshold=2", "user:Timeout:DefaultTimeout=00:00:30", .. settings]), StringComparer.Ordinal)
        {
            ["Resilience:Service"] = "user",
        });
}
