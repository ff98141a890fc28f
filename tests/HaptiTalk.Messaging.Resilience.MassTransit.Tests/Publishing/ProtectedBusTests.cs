using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>Who has no scope publishes, sends and asks under the profiles, too.</summary>
public sealed class ProtectedBusTests
{
    private readonly FailingBroker<Happened> _broker = new();
    private readonly Collected<Happened> _received = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Publish_InABackgroundService_IsCountedOnceUnderTheProfile()
    {
        var measured = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using TestBus bus = await StartAsync(configure: bus => bus.AddSingleton(measured).AddHostedService<Announcer>());
        measured.SetResult();

        (await _received.NextAsync(Token)).Message.Number.ShouldBe(7);
        // It may be consumed before the publish has ended.
        await bus.Services.GetServices<IHostedService>().OfType<Announcer>().Single().ExecuteTask!.WaitAsync(Token);
        bus.Measured.Sum("executions", ("side", "publisher"), ("service", "user"), ("operation", "happened"), ("result", "success")).ShouldBe(1);
    }

    [Fact]
    public async Task Send_WriteFailsTwice_IsRepeated()
    {
        _broker.Write = static write => write <= 2 ? FailingBroker.Fails(write) : Task.CompletedTask;
        await using TestBus bus = await StartAsync();

        await (await Protected(bus).GetSendEndpoint(new Uri("queue:happened"))).Send(new Happened(1), Token);

        (await _received.NextAsync(Token)).Message.Number.ShouldBe(1);
        _broker.MessageIds.Count.ShouldBe(3);
    }

    [Fact]
    public async Task Publish_BreakerOpen_IsRefused()
    {
        _broker.Write = FailingBroker.Fails;
        await using TestBus bus = await StartAsync("user:CircuitBreaker:FailureThreshold=1", "user:Retry:MaxRetries=0");
        await Should.ThrowAsync<TransportException>(Protected(bus).Publish(new Happened(1), Token));

        await Should.ThrowAsync<CircuitOpenRejectedException>(Protected(bus).Publish(new Happened(2), Token));

        _broker.MessageIds.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Publish_WriteHangs_EndsWithTheTotalTimeout()
    {
        _broker.Write = static _ => new TaskCompletionSource().Task;
        await using TestBus bus = await StartAsync("user:Timeout:DefaultTimeout=00:00:00.100");

        (await Should.ThrowAsync<ExecutionTimeoutException>(Protected(bus).Publish(new Happened(1), Token))).Service.ShouldBe("user");
    }

    [Fact]
    public async Task Calls_BrokerAway_AreRefused()
    {
        await using TestBus bus = await StartAsync();
        bus.Services.GetRequiredService<BrokerWatches>().Of(bus.Bus).Away("no answer");

        await Should.ThrowAsync<BrokerUnavailableRejectedException>(Protected(bus).Publish(new Happened(1), Token));
        await Should.ThrowAsync<BrokerUnavailableRejectedException>(
            Protected(bus).CreateRequestClient<Ask>().GetResponse<Answer>(new Ask("x"), Token));

        // On purpose: whoever takes the bus itself wants it as it is.
        await bus.Bus.Publish(new Happened(2), Token);
        (await _received.NextAsync(Token)).Message.Number.ShouldBe(2);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("queue:ask")]
    public async Task CreateRequestClient_Request_IsCountedOnce(string? address)
    {
        await using TestBus bus = await StartAsync();
        IRequestClient<Ask> client = address is null ? Protected(bus).CreateRequestClient<Ask>() : Protected(bus).CreateRequestClient<Ask>(new Uri(address));

        (await client.GetResponse<Answer>(new Ask("x"), Token)).Message.Text.ShouldBe("x");

        bus.Measured.Sum("executions", ("side", "client"), ("service", "user"), ("result", "success")).ShouldBe(1);
    }

    [Fact]
    public async Task ProtectedBus_OfASecondBus_GoesThroughThat()
    {
        var second = new Collected<Happened>();
        await using TestBus bus = await StartAsync(configure: first => first.AddMassTransit<ISecondBus>(bus =>
        {
            bus.AddMessagingResilience();
            bus.UsingInMemory((_, memory) =>
            {
                memory.Host(new Uri("loopback://second/"));
                memory.ReceiveEndpoint("happened", endpoint => endpoint.Handler<Happened>(second.AddAsync));
            });
        }));

        await bus.Services.GetRequiredService<IProtectedBus<ISecondBus>>().Publish(new Happened(3), Token);

        (await second.NextAsync(Token)).Message.Number.ShouldBe(3);
        bus.Measured.Sum("executions", ("side", "publisher"), ("result", "success")).ShouldBe(1);
    }

    private static IProtectedBus Protected(TestBus bus) => bus.Services.GetRequiredService<IProtectedBus>();

    private async Task<TestBus> StartAsync(params string[] settings) => await StartAsync(static _ => { }, settings);

    private async Task<TestBus> StartAsync(Action<IBusRegistrationConfigurator> configure, params string[] settings)
    {
        TestBus bus = await TestBus.StartAsync(
            configure,
            (_, memory) =>
            {
                memory.ReceiveEndpoint("happened", endpoint => endpoint.Handler<Happened>(_received.AddAsync));
                memory.ReceiveEndpoint("ask", static endpoint => endpoint.Handler<Ask>(Callee.Answers));
            },
            settings: Settings.Of(settings));
        _broker.Connect(bus.Bus);
        return bus;
    }

    public interface ISecondBus : IBus;

    private sealed class Announcer(IProtectedBus bus, TaskCompletionSource measured) : BackgroundService
    {
        protected override async Task ExecuteAsync(CancellationToken stoppingToken)
        {
            await measured.Task.WaitAsync(stoppingToken);
            await bus.Publish(new Happened(7), stoppingToken);
        }
    }
}
