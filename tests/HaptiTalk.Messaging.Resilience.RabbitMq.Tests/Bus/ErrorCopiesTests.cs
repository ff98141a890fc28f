using HaptiTalk.Messaging.Resilience.Brokers;
using HaptiTalk.Messaging.Resilience.Tests;
using MassTransit;

namespace HaptiTalk.Messaging.Resilience.RabbitMq.Tests.Bus;

/// <summary>Requests that fail, with and without a copy in the error queue of a real broker.</summary>
public sealed class ErrorCopiesTests(BrokerFixture broker)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("Always", 2u)]
    [InlineData("Never", 1u)]
    public async Task GetResponse_ConsumerFails_TheCopyIsAChoiceAndTheEventsIsNot(string copies, uint expected)
    {
        await using VirtualHost host = await broker.CreateVirtualHostAsync(Token);
        await using RabbitBus bus = await RabbitBus.StartAsync(
            host,
            static (_, rabbit) => rabbit.ReceiveEndpoint("ask", static endpoint => endpoint.Handler<Ask>(Callee.Fails)),
            Settings.Of("user:Retry:MaxRetries=0", $"user:Requests:ErrorCopies={copies}"));

        await Should.ThrowAsync<RequestFaultException>(bus.Client<Ask>().GetResponse<Answer>(new Ask("a request"), Token));
        await bus.Bus.Publish(new Ask("an event"), Token);
        await bus.DeliveredAsync("ask", 2);

        (await Queue.CountAsync(host, "ask_error")).ShouldBe(expected);
        (await Queue.CountAsync(host, "ask_skipped") ?? 0).ShouldBe(0u);
        (await Queue.CountAsync(host, "ask")).ShouldBe(0u);
    }
}
