using HaptiTalk.Messaging.Resilience.Brokers;
using HaptiTalk.Messaging.Resilience.RabbitMq.Tests.Brokers;
using HaptiTalk.Messaging.Resilience.Tests;

namespace HaptiTalk.Messaging.Resilience.RabbitMq.Tests.Bus;

/// <summary>A connection that ends again and again. Nothing else may run: what it leaves behind is looked for in the whole process.</summary>
[Collection(SharedBrokerOutage.Name)]
public sealed class CutConnectionTests(BrokerFixture broker)
{
    private readonly RecordedEvents<ResilienceEvent> _events = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Connection_CutAgainAndAgain_LeavesNoFailureThatNobodyHasSeen()
    {
        await using VirtualHost host = await broker.CreateVirtualHostAsync(Token);
        await using NetworkLink link = NetworkLink.To(host.Address);
        using var unobserved = new UnobservedFailures();
        await using (await RabbitBus.StartAsync(link.Address, static (_, _) => { }, resilience: added => added.OnEvent<ResilienceEvent>(_events.OnEventAsync)))
        {
            for (int cut = 1; cut <= 5; cut++)
            {
                await link.CutAsync();
                await _events.NextAsync<BrokerLost>();
                await link.HealAsync();
                await _events.NextAsync<BrokerBack>();
            }
        }

        unobserved.Collect().ShouldBeEmpty();
    }
}
