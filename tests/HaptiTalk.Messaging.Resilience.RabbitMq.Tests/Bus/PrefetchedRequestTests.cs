using HaptiTalk.Messaging.Resilience.Brokers;
using HaptiTalk.Messaging.Resilience.Tests;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace HaptiTalk.Messaging.Resilience.RabbitMq.Tests.Bus;

/// <summary>A request that expires after the broker has handed it out: the broker takes it back no more.</summary>
public sealed class PrefetchedRequestTests(BrokerFixture broker)
{
    private readonly TaskCompletionSource _gate = new();
    private readonly Callee _callee = new();
    private readonly FakeTimeProvider _clock = new(TimeProvider.System.GetUtcNow());

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Send_ExpiredWhilePrefetched_IsDroppedUnservedAndCounted()
    {
        await using VirtualHost host = await broker.CreateVirtualHostAsync(Token);
        await using RabbitBus bus = await StartAsync(host, protectConsumers: true);

        await ExpireOneAsync(bus);

        _callee.Calls.ShouldBe(1, "the second caller had given up");
        bus.Measured.Sum("expired_messages", ("side", "consumer")).ShouldBe(1);
        (await Queue.CountAsync(host, "ask_error") ?? 0).ShouldBe(0u);
        (await Queue.CountAsync(host, "ask_skipped") ?? 0).ShouldBe(0u);
    }

    [Fact]
    public async Task Naive_ExpiredWhilePrefetched_IsServedForNobody()
    {
        await using VirtualHost host = await broker.CreateVirtualHostAsync(Token);
        await using RabbitBus bus = await StartAsync(host, protectConsumers: false);

        await ExpireOneAsync(bus);

        _callee.Calls.ShouldBe(2);
    }

    private async Task ExpireOneAsync(RabbitBus bus)
    {
        IRequestClient<Ask> plain = bus.Bus.CreateRequestClient<Ask>();
        Task<Response<Answer>> running = plain.GetResponse<Answer>(new Ask("running"), Token, RequestTimeout.After(m: 30));
        await _callee.ReceivedAsync();

        await Should.ThrowAsync<RequestTimeoutException>(plain.GetResponse<Answer>(new Ask("late"), Token, RequestTimeout.After(s: 1)));

        // The caller's timer and the time on the message are not the same to the millisecond.
        _clock.SetUtcNow(TimeProvider.System.GetUtcNow() + TimeSpan.FromSeconds(2));
        _gate.SetResult();
        await running;
        await bus.DeliveredAsync("ask", 2);
    }

    private Task<RabbitBus> StartAsync(VirtualHost host, bool protectConsumers)
    {
        _callee.Behaviour = async context =>
        {
            await _gate.Task;
            await Callee.Answers(context);
        };
        return RabbitBus.StartAsync(
            host,
            (_, rabbit) => rabbit.ReceiveEndpoint("ask", endpoint =>
            {
                endpoint.PrefetchCount = 16;
                endpoint.ConcurrentMessageLimit = 1;
                endpoint.Handler<Ask>(_callee.ConsumeAsync);
            }),
            Settings.Of("user:Timeout:ClockSkewTolerance=00:00:00", "user:Timeout:DefaultTimeout=01:00:00"),
            protectConsumers,
            resilience: added => added.Services.AddSingleton<TimeProvider>(_clock));
    }
}
