using HaptiTalk.Messaging.Resilience.Brokers;
using HaptiTalk.Messaging.Resilience.Tests;
using MassTransit;

namespace HaptiTalk.Messaging.Resilience.RabbitMq.Tests.Bus;

/// <summary>On RabbitMQ an endpoint's settings are fixed as soon as somebody asks for its address.</summary>
public sealed class EndpointSettingsTests(BrokerFixture broker)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task UseMessagingResilience_BeforeTheEndpointsSettings_TheyCanStillBeMade(bool alone)
    {
        await using VirtualHost host = await broker.CreateVirtualHostAsync(Token);
        await using RabbitBus bus = await RabbitBus.StartAsync(
            host,
            (context, rabbit) => rabbit.ReceiveEndpoint("ask", endpoint =>
            {
                if (alone)
                    endpoint.UseMessagingResilience(context, "session");
                endpoint.Durable = false;
                endpoint.AutoDelete = true;
                endpoint.Handler<Ask>(Callee.Answers);
            }),
            protectConsumers: !alone);

        Response<Answer> reply = await bus.Client<Ask>().GetResponse<Answer>(new Ask("x"), Token);
        await bus.DeliveredAsync("ask");

        reply.Message.Text.ShouldBe("x");
        bus.Measured.Sum("executions", ("side", "consumer"), ("service", alone ? "session" : "user")).ShouldBe(1);
    }
}
