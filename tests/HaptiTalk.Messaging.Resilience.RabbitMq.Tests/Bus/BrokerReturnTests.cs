using System.Diagnostics;
using HaptiTalk.Messaging.Resilience.Brokers;
using HaptiTalk.Messaging.Resilience.RabbitMq.Tests.Brokers;
using HaptiTalk.Messaging.Resilience.Tests;
using MassTransit;

namespace HaptiTalk.Messaging.Resilience.RabbitMq.Tests.Bus;

/// <summary>While the broker is known to be away nobody waits for it, and when it is back nobody waits any longer.</summary>
[Collection(BrokerOutage.Name)]
public sealed class BrokerReturnTests(BrokerFixture broker)
{
    private readonly RecordedEvents<ResilienceEvent> _events = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Calls_BrokerKilledAgainAndAgain_AreRefusedMeanwhileAndSucceedSoonAfterEachRestart()
    {
        await using VirtualHost host = await broker.CreateVirtualHostAsync(Token);
        await using RabbitBus bus = await StartAsync(host);
        var calls = new OutageCalls(bus);
        await calls.SucceedAsync();

        // MassTransit's own pause grows with every loss.
        for (int loss = 1; loss <= 4; loss++)
        {
            await broker.KillAsync(Token);
            long back;
            try
            {
                BrokerLost lost = await _events.NextAsync<BrokerLost>();
                BrokerUnavailableRejectedException refused = await Should.ThrowAsync<BrokerUnavailableRejectedException>(calls.AskAsync);
                refused.Reason.ShouldBe(lost.Reason);
                refused.Attempts.ShouldBe(0);
                await Should.ThrowAsync<BrokerUnavailableRejectedException>(() => calls.PublishAsync(1));
                await Should.ThrowAsync<BrokerUnavailableRejectedException>(calls.SendAsync);
            }
            finally
            {
                await broker.StartAsync(Token);
                back = Stopwatch.GetTimestamp();
            }

            await calls.SucceedAsync();
            TimeSpan waited = Stopwatch.GetElapsedTime(back);
            TestContext.Current.TestOutputHelper?.WriteLine($"loss {loss}: good calls {waited.TotalMilliseconds:0} ms after the broker was back");
            waited.ShouldBeLessThan(TimeSpan.FromSeconds(5));
        }
    }

    [Fact]
    public async Task Calls_OutageKnown_AreRefusedOrAnsweredByTheirFallbackInMilliseconds()
    {
        await using VirtualHost host = await broker.CreateVirtualHostAsync(Token);
        await using RabbitBus bus = await StartAsync(host, static resilience => resilience.AddFallback<Inquire, Answer>(
            static (context, _) => ValueTask.FromResult(new Answer(context.Reason.ToString()))));
        var calls = new OutageCalls(bus);
        await calls.SucceedAsync();

        await broker.KillAsync(Token);
        try
        {
            await _events.NextAsync<BrokerLost>();
            Func<Task>[] refused = [calls.AskAsync, () => calls.PublishAsync(1), calls.SendAsync];
            foreach (Func<Task> call in refused)
                (await P99Async(() => Should.ThrowAsync<BrokerUnavailableRejectedException>(call))).ShouldBeLessThan(5);

            IRequestClient<Inquire> client = bus.Client<Inquire>();
            double answered = await P99Async(async () =>
                (await client.GetResponse<Answer>(new Inquire(), Token)).Message.Text.ShouldBe(nameof(FallbackReason.BrokerUnavailable)));
            answered.ShouldBeLessThan(5);
            bus.Snapshot(ResilienceSide.Client).CircuitState.ShouldBe(CircuitState.Closed);
        }
        finally
        {
            await broker.StartAsync(Token);
        }
    }

    [Fact]
    public async Task Calls_BrokerFrozen_AreRefusedOnceNoticedAndSucceedAfterTheThaw()
    {
        await using VirtualHost host = await broker.CreateVirtualHostAsync(Token);
        await using RabbitBus bus = await StartAsync(host);
        var calls = new OutageCalls(bus);
        await calls.SucceedAsync();

        await broker.FreezeAsync(Token);
        long back;
        try
        {
            await Should.ThrowAsync<Exception>(calls.AskAsync);
            await _events.NextAsync<BrokerLost>();
            await Should.ThrowAsync<BrokerUnavailableRejectedException>(calls.AskAsync);
        }
        finally
        {
            await broker.ThawAsync(Token);
            back = Stopwatch.GetTimestamp();
        }

        await _events.NextAsync<BrokerBack>();
        await calls.SucceedAsync();
        TimeSpan waited = Stopwatch.GetElapsedTime(back);
        TestContext.Current.TestOutputHelper?.WriteLine($"good calls {waited.TotalMilliseconds:0} ms after the thaw");
        waited.ShouldBeLessThan(TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task Stop_BrokerAway_DoesNotWaitForIt()
    {
        await using VirtualHost host = await broker.CreateVirtualHostAsync(Token);
        RabbitBus bus = await StartAsync(host);
        await broker.KillAsync(Token);
        TimeSpan stop;
        try
        {
            await _events.NextAsync<BrokerLost>();
            long start = Stopwatch.GetTimestamp();
            await bus.DisposeAsync();
            stop = Stopwatch.GetElapsedTime(start);
        }
        finally
        {
            await broker.StartAsync(Token);
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"stopped in {stop.TotalMilliseconds:0} ms");
        stop.ShouldBeLessThan(TimeSpan.FromSeconds(10));
    }

    private static async Task<double> P99Async(Func<Task> call)
    {
        const int Warm = 200;
        const int Calls = 1000;
        double[] milliseconds = new double[Calls];
        for (int i = -Warm; i < Calls; i++)
        {
            long start = Stopwatch.GetTimestamp();
            await call();
            if (i >= 0)
                milliseconds[i] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        }

        Array.Sort(milliseconds);
        TestContext.Current.TestOutputHelper?.WriteLine($"p50 {milliseconds[Calls / 2]:0.000} ms, p99 {milliseconds[Calls * 99 / 100]:0.000} ms");
        return milliseconds[Calls * 99 / 100];
    }

    private Task<RabbitBus> StartAsync(VirtualHost host, Action<IMessagingResilienceBuilder>? configure = null) => RabbitBus.StartAsync(
        host,
        static (_, rabbit) => rabbit.ReceiveEndpoint("outage", static endpoint =>
        {
            endpoint.Handler<Ask>(Callee.Answers);
            endpoint.Handler<Happened>(static _ => Task.CompletedTask);
        }),
        OutageCalls.Settings,
        resilience: resilience =>
        {
            resilience.OnEvent<ResilienceEvent>(_events.OnEventAsync);
            configure?.Invoke(resilience);
        });
}
