using HaptiTalk.Messaging.Resilience.Brokers;
using HaptiTalk.Messaging.Resilience.Tests;
using MassTransit;
using RabbitMQ.Client;

namespace HaptiTalk.Messaging.Resilience.RabbitMq.Tests.Bus;

/// <summary>What the broker is asked to write to its disk.</summary>
public sealed class RequestDurabilityTests(BrokerFixture broker)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(null, DeliveryModes.Persistent)]
    [InlineData("user:Requests:Durable=true", DeliveryModes.Persistent)]
    [InlineData("user:Requests:Durable=false", DeliveryModes.Transient)]
    public async Task GetResponse_Durable_IsWhatTheBrokerIsAskedFor(string? setting, DeliveryModes expected)
    {
        await using VirtualHost host = await broker.CreateVirtualHostAsync(Token);
        DeliveryModes? mode = null;
        await using RabbitBus bus = await RabbitBus.StartAsync(
            host,
            (_, rabbit) => rabbit.ReceiveEndpoint("ask", endpoint => endpoint.Handler<Ask>(context =>
            {
                context.TryGetPayload(out RabbitMqBasicConsumeContext? delivery).ShouldBeTrue();
                mode = delivery.Properties.DeliveryMode;
                return Callee.Answers(context);
            })),
            Settings.Of(setting is null ? [] : [setting]));

        await bus.Client<Ask>().GetResponse<Answer>(new Ask("now"), Token);

        mode.ShouldBe(expected);
    }
}
