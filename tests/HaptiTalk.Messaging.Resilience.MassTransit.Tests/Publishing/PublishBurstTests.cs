using MassTransit;
using Microsoft.Extensions.DependencyInjection;

namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>More messages at once than the bulkhead and its queue hold: a publisher waits its turn and is not refused.</summary>
public sealed class PublishBurstTests
{
    private const int Messages = 500;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Publish_ManyAtOnce_AllSucceed()
    {
        await using TestBus bus = await StartAsync();
        var endpoint = bus.Services.GetRequiredService<IPublishEndpoint>();

        await Task.WhenAll(Enumerable.Range(0, Messages).Select(number => endpoint.Publish(new Happened(number), Token)));

        await ExpectAllAsync(bus);
    }

    [Fact]
    public async Task Send_ManyAtOnce_AllSucceed()
    {
        await using TestBus bus = await StartAsync();
        ISendEndpoint endpoint = await bus.Services.GetRequiredService<ISendEndpointProvider>().GetSendEndpoint(new Uri("queue:happened"));

        await Task.WhenAll(Enumerable.Range(0, Messages).Select(number => endpoint.Send(new Happened(number), Token)));

        await ExpectAllAsync(bus);
    }

    private static async Task ExpectAllAsync(TestBus bus)
    {
        await bus.DeliveredAsync("happened", Messages);
        bus.Measured.Sum("executions", ("side", "publisher"), ("result", "success")).ShouldBe(Messages);
        bus.Measured.Sum("bulkhead_rejections").ShouldBe(0);
        bus.Snapshot(ResilienceSide.Publisher).ActiveCalls.ShouldBe(0);
    }

    private static async Task<TestBus> StartAsync()
    {
        TestBus bus = await TestBus.StartAsync(
            static _ => { },
            static (_, memory) => memory.ReceiveEndpoint("happened", static endpoint => endpoint.Handler<Happened>(static _ => Task.CompletedTask)),
            settings: Settings.Of("user:Bulkhead:MaxConcurrentCalls=2", "user:Bulkhead:QueueCapacity=1"),
            protectConsumers: false);
        // Each write takes a turn of the scheduler, so that they do overlap.
        new FailingBroker<Happened> { Write = static async _ => await Task.Yield() }.Connect(bus.Bus);
        return bus;
    }
}
