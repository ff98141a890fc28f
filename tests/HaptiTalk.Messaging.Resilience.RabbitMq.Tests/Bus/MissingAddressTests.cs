using HaptiTalk.Messaging.Resilience.Brokers;
using HaptiTalk.Messaging.Resilience.Tests;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;

namespace HaptiTalk.Messaging.Resilience.RabbitMq.Tests.Bus;

/// <summary>What is meant for somebody and reaches nobody is an exception, not a confirmed loss.</summary>
public sealed class MissingAddressTests(BrokerFixture broker)
{
    private static readonly Uri Nowhere = new("exchange:nowhere");

    private readonly Collected<Happened> _happened = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Send_ToAnExchangeWithoutAQueue_ThrowsWithTheAddressAtOnceAndCountsForNoBreaker()
    {
        await using VirtualHost host = await broker.CreateVirtualHostAsync(Token);
        await using RabbitBus bus = await StartAsync(host);
        ISendEndpoint nowhere = await SenderOf(bus).GetSendEndpoint(Nowhere);

        for (int i = 0; i < 5; i++)
        {
            MessageReturnedException returned = await Should.ThrowAsync<MessageReturnedException>(nowhere.Send(new Happened(1), Token));
            returned.Message.ShouldContain("nowhere");
            returned.Message.ShouldContain("Happened");
        }

        bus.Measured.Sum("retry_attempts").ShouldBe(0);
        bus.Snapshot(ResilienceSide.Publisher).CircuitState.ShouldBe(CircuitState.Closed);
        await bus.Services.GetRequiredService<IPublishEndpoint>().Publish(new Happened(2), Token);
        (await _happened.NextAsync(Token)).Message.Number.ShouldBe(2);
    }

    [Fact]
    public async Task Send_WhereTheCallerTakesItBack_IsLostAsHeWanted()
    {
        await using VirtualHost host = await broker.CreateVirtualHostAsync(Token);
        await using RabbitBus bus = await StartAsync(host);
        ISendEndpoint nowhere = await SenderOf(bus).GetSendEndpoint(Nowhere);

        await nowhere.Send(new Happened(1), static context => ((RabbitMqSendContext)context).Mandatory = false, Token);
    }

    [Fact]
    public async Task Send_ByAConsumerToAnExchangeWithoutAQueue_FailsTheConsumer()
    {
        await using VirtualHost host = await broker.CreateVirtualHostAsync(Token);
        await using RabbitBus bus = await StartAsync(host);

        RequestFaultException fault = await Should.ThrowAsync<RequestFaultException>(bus.Client<Inquire>().GetResponse<Answer>(new Inquire(), Token));

        fault.Fault!.Exceptions[0].ExceptionType.ShouldBe(typeof(MessageReturnedException).FullName);
    }

    [Fact]
    public async Task Publish_OfAnEventNobodyHears_Succeeds()
    {
        await using VirtualHost host = await broker.CreateVirtualHostAsync(Token);
        await using RabbitBus bus = await StartAsync(host);

        await bus.Services.GetRequiredService<IPublishEndpoint>().Publish(new Unassigned("x"), Token);
    }

    [Fact]
    public async Task Request_NobodyHasEverConsumed_FailsLongBeforeItsTimeoutAndOpensTheBreaker()
    {
        await using VirtualHost host = await broker.CreateVirtualHostAsync(Token);
        await using RabbitBus bus = await StartAsync(host, "user:CircuitBreaker:FailureThreshold=2", "user:Retry:MaxRetries=1");
        IRequestClient<Ask> client = bus.Client<Ask>();

        for (int i = 0; i < 2; i++)
        {
            RequestException returned = await Should.ThrowAsync<RequestException>(client.GetResponse<Answer>(new Ask("x"), Token));
            returned.Message.ShouldContain("No queue takes Ask");
            // The queue may have been there before.
            returned.Message.ShouldNotContain("ever has");
            returned.InnerException.ShouldBeOfType<MessageReturnedException>();
        }

        bus.Measured.Sum("retry_attempts", ("side", "client")).ShouldBe(2);
        await Should.ThrowAsync<CircuitOpenRejectedException>(client.GetResponse<Answer>(new Ask("x"), Token));
    }

    private static ISendEndpointProvider SenderOf(RabbitBus bus) => bus.Services.GetRequiredService<ISendEndpointProvider>();

    private Task<RabbitBus> StartAsync(VirtualHost host, params string[] settings) => RabbitBus.StartAsync(
        host,
        (_, rabbit) => rabbit.ReceiveEndpoint("happened", endpoint =>
        {
            endpoint.Handler<Happened>(_happened.AddAsync);
            endpoint.Handler<Inquire>(static async context => await (await context.GetSendEndpoint(Nowhere)).Send(new Happened(1)));
        }),
        Settings.Of(["user:Retry:MaxRetries=0", .. settings]));
}
