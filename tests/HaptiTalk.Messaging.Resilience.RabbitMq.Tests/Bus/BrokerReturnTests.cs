using System.Diagnostics;
using HaptiTalk.Messaging.Resilience.Brokers;
using HaptiTalk.Messaging.Resilience.RabbitMq.Tests.Brokers;
using HaptiTalk.Messaging.Resilience.Tests;
using MassTransit;

namespace HaptiTalk.Messaging.Resilience.RabbitMq.Tests.Bus;

/// <summary>While the broker is known to be away nobody waits for it, and when it is back nobody waits any longer.</summary>
[Collection(SharedBrokerOutage.Name)]
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
            ReportSoon($"loss {loss} was over", back);
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
        ReportSoon("the thaw", back);
    }

    [Fact]
    public async Task Calls_BrokerHasAnAlarm_AreRefusedOnceToldAndSucceedWhenItIsOver()
    {
        await using VirtualHost host = await broker.CreateVirtualHostAsync(Token);
        await using RabbitBus bus = await StartAsync(host);
        var calls = new OutageCalls(bus);
        await calls.SucceedAsync();

        await broker.BlockAsync(Token);
        long back;
        try
        {
            // The broker tells a connection of its alarm when that tries to publish.
            await Should.ThrowAsync<Exception>(() => calls.PublishAsync(1));
            (await _events.NextAsync<BrokerLost>()).Reason.ShouldContain("it takes no messages");
            await Should.ThrowAsync<BrokerUnavailableRejectedException>(calls.AskAsync);
        }
        finally
        {
            await broker.UnblockAsync(Token);
            back = Stopwatch.GetTimestamp();
        }

        await _events.NextAsync<BrokerBack>();
        await calls.SucceedAsync();
        ReportSoon("the alarm was over", back);
    }

    [Fact]
    public async Task Calls_NetworkSwallowsEverything_AreRefusedOnceNoticedAndSucceedWhenItIsHealed()
    {
        await using VirtualHost host = await broker.CreateVirtualHostAsync(Token);
        await using NetworkLink network = NetworkLink.To(host.Address);
        await using RabbitBus bus = await StartAsync(network.Address);
        var calls = new OutageCalls(bus);
        await calls.SucceedAsync();

        await network.SilenceAsync(Token);
        await Should.ThrowAsync<Exception>(calls.AskAsync);
        (await _events.NextAsync<BrokerLost>()).Reason.ShouldContain("no answer within");
        await Should.ThrowAsync<BrokerUnavailableRejectedException>(calls.AskAsync);
        await network.HealAsync();
        long back = Stopwatch.GetTimestamp();

        await _events.NextAsync<BrokerBack>();
        await calls.SucceedAsync();
        ReportSoon("the network was healed", back);
    }

    [Fact]
    public async Task Start_BrokerNotThere_CallsAreRefusedAndSucceedOnceItIs()
    {
        await using VirtualHost host = await broker.CreateVirtualHostAsync(Token);
        await using NetworkLink network = NetworkLink.To(host.Address);
        await network.CutAsync();
        await using RabbitBus bus = await StartAsync(network.Address, waitUntilStarted: false);
        var calls = new OutageCalls(bus);

        await _events.NextAsync<BrokerLost>();
        await Should.ThrowAsync<BrokerUnavailableRejectedException>(calls.AskAsync);
        await network.HealAsync();
        long back = Stopwatch.GetTimestamp();

        await calls.SucceedAsync();
        ReportSoon("the broker was there", back);
    }

    [Fact]
    public async Task Publish_BusThatOnlyPublishes_SucceedsSoonAfterTheNetworkIsHealed()
    {
        await using VirtualHost host = await broker.CreateVirtualHostAsync(Token);
        await using NetworkLink network = NetworkLink.To(host.Address);
        await using RabbitBus bus = await RabbitBus.StartAsync(
            network.Address, static (_, _) => { }, OutageCalls.Settings, resilience: resilience => resilience.OnEvent<ResilienceEvent>(_events.OnEventAsync));
        var calls = new OutageCalls(bus);
        await calls.PublishAsync(1);

        await network.CutAsync();
        await _events.NextAsync<BrokerLost>();
        await Should.ThrowAsync<BrokerUnavailableRejectedException>(() => calls.PublishAsync(2));
        await network.HealAsync();
        long back = Stopwatch.GetTimestamp();

        // Nothing comes back to it: there is no endpoint that it would have to wait for.
        await _events.NextAsync<BrokerBack>();
        await calls.PublishAsync(3);
        ReportSoon("the network was healed", back);
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

    // A tenth of what MassTransit alone may take, and far more than is needed here.
    private static void ReportSoon(string what, long back)
    {
        TimeSpan waited = Stopwatch.GetElapsedTime(back);
        TestContext.Current.TestOutputHelper?.WriteLine($"good calls {waited.TotalMilliseconds:0} ms after {what}");
        waited.ShouldBeLessThan(TimeSpan.FromSeconds(5));
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

    private Task<RabbitBus> StartAsync(VirtualHost host, Action<IMessagingResilienceBuilder>? configure = null) => StartAsync(host.Address, configure);

    private Task<RabbitBus> StartAsync(Uri address, Action<IMessagingResilienceBuilder>? configure = null, bool waitUntilStarted = true) => RabbitBus.StartAsync(
        address,
        static (_, rabbit) => rabbit.ReceiveEndpoint("outage", static endpoint =>
        {
            endpoint.Handler<Ask>(Callee.Answers);
            endpoint.Handler<Happened>(static _ => Task.CompletedTask);
        }),
        OutageCalls.Settings,
        waitUntilStarted: waitUntilStarted,
        resilience: resilience =>
        {
            resilience.OnEvent<ResilienceEvent>(_events.OnEventAsync);
            configure?.Invoke(resilience);
        });
}
