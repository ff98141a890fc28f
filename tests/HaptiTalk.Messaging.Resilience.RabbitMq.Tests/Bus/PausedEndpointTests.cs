using System.Collections.Concurrent;
using HaptiTalk.Messaging.Resilience.Brokers;
using HaptiTalk.Messaging.Resilience.Tests;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace HaptiTalk.Messaging.Resilience.RabbitMq.Tests.Bus;

/// <summary>An endpoint that has held messages for as long as it may gives them back and pauses until the breaker admits a probe.</summary>
public sealed class PausedEndpointTests(BrokerFixture broker)
{
    private const string Never = "10:00:00";

    private readonly ConcurrentQueue<(string Instance, int Number)> _consumed = new();
    private readonly RecordedEvents<ServiceEvent> _events = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false, 1)]
    [InlineData(false, 500)]
    [InlineData(true, 1)]
    [InlineData(true, 500)]
    public async Task Hold_LongerThanTheLimit_PausesAndResumesWithTheProbe(bool quorum, ushort prefetch)
    {
        await using VirtualHost host = await broker.CreateVirtualHostAsync(Token);
        await using RabbitBus bus = await StartAsync(host, "it", quorum, prefetch, reset: "00:00:03");
        await OpenAsync(bus);
        await PublishAsync(bus, 2, 3, 4, 5);

        EndpointPaused paused = await _events.NextAsync<EndpointPaused>();
        EndpointResumed resumed = await _events.NextAsync<EndpointResumed>();
        await bus.DeliveredAsync("happened", 1 + Math.Min(prefetch, (ushort)4) + 4);

        new Uri(paused.Endpoint).Segments[^1].ShouldBe("happened");
        resumed.Endpoint.ShouldBe(paused.Endpoint);
        (paused.Service, paused.Side, paused.HoldLimit).ShouldBe(("user", ResilienceSide.Consumer, TimeSpan.FromSeconds(1)));
        _consumed.Select(consumed => consumed.Number).Order().ShouldBe([1, 2, 3, 4, 5]);
        await OnlyTheFirstFailedAsync(host);
    }

    [Theory]
    [InlineData(false, 1)]
    [InlineData(false, 500)]
    [InlineData(true, 1)]
    [InlineData(true, 500)]
    public async Task Hold_LongerThanTheLimit_AHealthyInstanceGetsThem(bool quorum, ushort prefetch)
    {
        await using VirtualHost host = await broker.CreateVirtualHostAsync(Token);
        await using RabbitBus broken = await StartAsync(host, "broken", quorum, prefetch, Never);
        await OpenAsync(broken);
        await PublishAsync(broken, 2, 3, 4);
        await broken.TakenAsync("happened", 2);

        await using RabbitBus healthy = await StartAsync(host, "healthy", quorum, prefetch, Never);
        await healthy.DeliveredAsync("happened", 3);

        _consumed.ShouldBe([("broken", 1), ("healthy", 2), ("healthy", 3), ("healthy", 4)], ignoreOrder: true);
        await OnlyTheFirstFailedAsync(host);
    }

    [Fact]
    public async Task StopAsync_Paused_EndsSoonAndKeepsNothing()
    {
        await using VirtualHost host = await broker.CreateVirtualHostAsync(Token);
        await using RabbitBus bus = await StartAsync(host, "it", quorum: false, prefetch: 500, Never);
        await OpenAsync(bus);
        await PublishAsync(bus, 2, 3, 4);
        await _events.NextAsync<EndpointPaused>();
        await bus.DeliveredAsync("happened", 4);

        await bus.StopAsync().WaitAsync(TimeSpan.FromSeconds(15), TimeProvider.System, Token);
        Control(bus).Close(new("user"), "an operator");

        await Queue.ShouldHoldAsync(host, "happened", 3u);
        _events.All.OfType<EndpointResumed>().ShouldBeEmpty();
    }

    [Fact]
    public async Task Close_Paused_ResumesAtOnce()
    {
        await using VirtualHost host = await broker.CreateVirtualHostAsync(Token);
        await using RabbitBus bus = await StartAsync(host, "it", quorum: false, prefetch: 500, Never);
        await OpenAsync(bus);
        await PublishAsync(bus, 2, 3);
        await _events.NextAsync<EndpointPaused>();
        await bus.DeliveredAsync("happened", 3);
        IMessagingResilience resilience = bus.Services.GetRequiredService<IMessagingResilience>();
        PausedEndpoint shown = resilience.GetHostSnapshot().PausedEndpoints.ShouldHaveSingleItem();

        Control(bus).Close(new("user"), "an operator");
        await bus.DeliveredAsync("happened", 5);
        await _events.NextAsync<EndpointResumed>();

        (shown.Address.Segments[^1], shown.Service, shown.State, shown.HoldLimit).ShouldBe(("happened", "user", PausedEndpointState.Paused, TimeSpan.FromSeconds(1)));
        resilience.GetHostSnapshot().PausedEndpoints.ShouldBeEmpty();
        _consumed.Select(consumed => consumed.Number).Order().ShouldBe([1, 2, 3]);
        await OnlyTheFirstFailedAsync(host);
    }

    [Fact]
    public async Task Hold_AMessageThatCameBackOften_IsNotGivenBackAgain()
    {
        await using VirtualHost host = await broker.CreateVirtualHostAsync(Token);
        await using RabbitBus bus = await StartAsync(host, "it", quorum: false, prefetch: 500, reset: "00:00:03");
        await OpenAsync(bus);
        await bus.Bus.Publish(new Happened(2), context => context.Headers.Set("x-delivery-count", 10), Token);
        await PublishAsync(bus, 3);
        await bus.DeliveredAsync("happened", 3);

        bus.Taken("happened").ShouldBe(3);
        _events.All.OfType<EndpointPaused>().ShouldBeEmpty();
        _consumed.Select(consumed => consumed.Number).Order().ShouldBe([1, 2, 3]);
    }

    [Fact]
    public async Task Hold_RequestsArrive_AnswersThemInsteadOfPausing()
    {
        var clock = new FakeTimeProvider();
        await using VirtualHost host = await broker.CreateVirtualHostAsync(Token);
        await using RabbitBus bus = await StartAsync(host, "it", quorum: false, prefetch: 500, reset: "00:00:03", clock);
        await OpenAsync(bus);
        await PublishAsync(bus, 2, 3);
        await bus.TakenAsync("happened", 3);
        for (int request = 0; request < 5; request++)
        {
            (await bus.Client<Ask>().GetResponse<Answer>(new Ask("x"), Token)).Message.Text.ShouldBe("x");
            clock.Advance(TimeSpan.FromSeconds(0.6));
        }

        await bus.DeliveredAsync("happened", 3 + 5);

        _events.All.OfType<EndpointPaused>().ShouldBeEmpty();
        _consumed.Select(consumed => consumed.Number).Order().ShouldBe([1, 2, 3]);
    }

    private static async Task OnlyTheFirstFailedAsync(VirtualHost host)
    {
        (await Queue.CountAsync(host, "happened_error")).ShouldBe(1u);
        (await Queue.CountAsync(host, "happened_skipped") ?? 0).ShouldBe(0u);
        (await Queue.CountAsync(host, "happened")).ShouldBe(0u);
    }

    private static IResilienceControl Control(RabbitBus bus) => bus.Services.GetRequiredService<IResilienceControl>();

    private static async Task OpenAsync(RabbitBus bus)
    {
        await PublishAsync(bus, 1);
        await bus.DeliveredAsync("happened");
        bus.Snapshot(ResilienceSide.Consumer).CircuitState.ShouldBe(CircuitState.Open);
    }

    private static async Task PublishAsync(RabbitBus bus, params int[] numbers)
    {
        foreach (int number in numbers)
            await bus.Bus.Publish(new Happened(number), Token);
    }

    private Task<RabbitBus> StartAsync(VirtualHost host, string instance, bool quorum, ushort prefetch, string reset, TimeProvider? clock = null) => RabbitBus.StartAsync(
        host,
        (_, rabbit) => rabbit.ReceiveEndpoint("happened", endpoint =>
        {
            endpoint.PrefetchCount = prefetch;
            if (quorum)
                endpoint.SetQuorumQueue();
            endpoint.Handler<Happened>(context => ConsumeAsync(context, instance));
            endpoint.Handler<Ask>(Callee.Answers);
        }),
        Settings.Of(
            "user:Retry:MaxRetries=0",
            "user:CircuitBreaker:FailureThreshold=1",
            "user:CircuitBreaker:HalfOpenMaxCalls=1",
            "user:CircuitBreaker:HoldLimit=00:00:01",
            $"user:CircuitBreaker:ResetTimeout={reset}"),
        resilience: added => added.OnEvent<ServiceEvent>(_events.OnEventAsync).Services.AddSingleton(clock ?? TimeProvider.System));

    private Task ConsumeAsync(ConsumeContext<Happened> context, string instance)
    {
        _consumed.Enqueue((instance, context.Message.Number));
        return context.Message.Number == 1 ? throw new InvalidOperationException("broken") : Task.CompletedTask;
    }
}
