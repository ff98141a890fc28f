using HaptiTalk.Messaging.Resilience.Brokers;
using HaptiTalk.Messaging.Resilience.Tests;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace HaptiTalk.Messaging.Resilience.RabbitMq.Tests.Bus;

/// <summary>A consumer that neither ends nor listens to its token, and a host that has to stop all the same.</summary>
public sealed class StubbornConsumerTests(BrokerFixture broker)
{
    private static readonly TimeSpan ShutdownTimeout = TimeSpan.FromSeconds(2);

    private readonly TaskCompletionSource _end = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("10:00:00")]
    [InlineData("00:00:00.100")]
    public async Task StopAsync_ConsumerNeverEnds_TakesNoLongerThanTheHostAllows(string timeout)
    {
        await using VirtualHost host = await broker.CreateVirtualHostAsync(Token);
        await using RabbitBus bus = await RabbitBus.StartAsync(
            host,
            (_, rabbit) => rabbit.ReceiveEndpoint("happened", endpoint => endpoint.Handler<Happened>(_ => _end.Task)),
            Settings.Of("user:Retry:MaxRetries=0", $"user:Timeout:DefaultTimeout={timeout}"),
            resilience: added => added.Services.Configure<HostOptions>(static options => options.ShutdownTimeout = ShutdownTimeout));
        await bus.Bus.Publish(new Happened(1), Token);
        await bus.TakenAsync("happened", 1);

        Task stop = bus.StopAsync();
        await stop.WaitAsync(ShutdownTimeout + TimeSpan.FromSeconds(8), TimeProvider.System, Token)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);

        stop.IsCompleted.ShouldBeTrue();
        _end.SetResult();
    }
}
