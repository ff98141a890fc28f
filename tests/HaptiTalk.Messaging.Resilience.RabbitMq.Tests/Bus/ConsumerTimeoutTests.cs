using HaptiTalk.Messaging.Resilience.Brokers;
using HaptiTalk.Messaging.Resilience.RabbitMq.Tests.Brokers;
using HaptiTalk.Messaging.Resilience.Tests;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;

namespace HaptiTalk.Messaging.Resilience.RabbitMq.Tests.Bus;

/// <summary>
/// The broker ends a consumer that has had a message for too long: before 4.3 with its channel, on any queue; from 4.3 on the
/// consumer alone, and only on a quorum queue. It hands the message out again, and the endpoint has to be there for it.
/// </summary>
[Collection(OwnBroker.Name)]
public sealed class ConsumerTimeoutTests(BrokerFixture broker) : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly Ledger _ledger = new();
    private readonly TaskCompletionSource _end = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _begun;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    // As the broker introduces itself: RabbitMQ 4.3.6, …
    private bool OnlyQuorumQueuesTimeOut => Version.Parse(broker.Description.Split(' ', ',')[1]) >= new Version(4, 3);

    public async ValueTask InitializeAsync() => await broker.LimitHoldingAsync(TimeSpan.FromSeconds(5), Token);

    public async ValueTask DisposeAsync() => await broker.LimitHoldingAsync(limit: null, CancellationToken.None);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Hold_LongerThanTheConsumerTimeout_EachEventIsConsumedOnceAndTheEndpointGoesOn(bool quorum)
    {
        await using VirtualHost host = await broker.CreateVirtualHostAsync(Token);
        await using RabbitBus bus = await RabbitBus.StartAsync(host, (_, rabbit) => rabbit.ReceiveEndpoint("happened", endpoint =>
        {
            if (quorum)
                endpoint.SetQuorumQueue();
            endpoint.Handler<Happened>(_ledger.ConsumeAsync);
        }));
        var control = bus.Services.GetRequiredService<IResilienceControl>();
        control.Isolate(new("user"), "an operator");
        for (int number = 1; number <= 3; number++)
            await bus.Bus.Publish(new Happened(number), Token);

        await bus.TakenAsync("happened", quorum || !OnlyQuorumQueuesTimeOut ? 3 + 3 : 3).WaitAsync(Patience, TimeProvider.System, Token);
        control.Close(new("user"), "an operator");
        await _ledger.ReachedAsync(3).WaitAsync(Patience, TimeProvider.System, Token);
        await bus.Bus.Publish(new Happened(4), Token);
        await _ledger.ReachedAsync(4).WaitAsync(Patience, TimeProvider.System, Token);

        _ledger.Consumed.Order().ShouldBe([1, 2, 3, 4]);
    }

    [Fact]
    public async Task Consume_ConsumerHangsPastTheConsumerTimeout_TheEndpointGoesOn()
    {
        await using VirtualHost host = await broker.CreateVirtualHostAsync(Token);
        await using RabbitBus bus = await RabbitBus.StartAsync(host, (_, rabbit) => rabbit.ReceiveEndpoint("happened", endpoint =>
        {
            endpoint.SetQuorumQueue();
            endpoint.Handler<Happened>(context => Interlocked.Increment(ref _begun) == 1 ? _end.Task : _ledger.ConsumeAsync(context));
        }));
        try
        {
            await bus.Bus.Publish(new Happened(1), Token);

            await _ledger.ReachedAsync(1).WaitAsync(Patience, TimeProvider.System, Token);
            await bus.Bus.Publish(new Happened(2), Token);
            await _ledger.ReachedAsync(2).WaitAsync(Patience, TimeProvider.System, Token);
        }
        finally
        {
            _end.SetResult();
        }
    }
}
