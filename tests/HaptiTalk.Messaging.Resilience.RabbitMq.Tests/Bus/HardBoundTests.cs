using HaptiTalk.Messaging.Resilience.Brokers;
using HaptiTalk.Messaging.Resilience.RabbitMq.Tests.Brokers;
using HaptiTalk.Messaging.Resilience.Tests;
using MassTransit;

namespace HaptiTalk.Messaging.Resilience.RabbitMq.Tests.Bus;

/// <summary>
/// A thousand calls at once while the broker is away, in each of the ways it can be: every one has its outcome within its total
/// timeout and a tenth of a second of its own start, and nothing of it surfaces later.
/// </summary>
[Collection(SharedBrokerOutage.Name)]
public sealed class HardBoundTests(BrokerFixture broker)
{
    private const string Later = "later";

    private readonly RecordedEvents<BrokerLost> _lost = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Burst_BrokerNotThereAtStart_EveryCallEndsInTime()
    {
        await using VirtualHost host = await broker.CreateVirtualHostAsync(Token);
        using var unobserved = new UnobservedFailures();
        await broker.KillAsync(Token);
        RabbitBus? bus = null;
        try
        {
            bus = await StartAsync(host.Address, waitUntilStarted: false);
            await ExpectBoundsAsync(new OutageCalls(bus));
        }
        finally
        {
            await broker.StartAsync(Token);
        }

        await using (bus)
            await new OutageCalls(bus).SucceedAsync();
        unobserved.Collect().ShouldBeEmpty();
    }

    [Fact]
    public async Task Burst_BrokerKilled_EveryCallEndsInTime()
    {
        await using VirtualHost host = await broker.CreateVirtualHostAsync(Token);
        await ExpectBoundsAsync(host.Address, broker.KillAsync, broker.StartAsync);
    }

    [Fact]
    public async Task Burst_BrokerFrozen_EveryCallEndsInTime()
    {
        await using VirtualHost host = await broker.CreateVirtualHostAsync(Token);
        await ExpectBoundsAsync(host.Address, broker.FreezeAsync, broker.ThawAsync);
    }

    [Fact]
    public async Task Burst_ConnectionsBlocked_EveryCallEndsInTime()
    {
        await using VirtualHost host = await broker.CreateVirtualHostAsync(Token);
        await ExpectBoundsAsync(host.Address, broker.BlockAsync, broker.UnblockAsync);
    }

    [Fact]
    public async Task Burst_NetworkSilent_EveryCallEndsInTime()
    {
        await using VirtualHost host = await broker.CreateVirtualHostAsync(Token);
        await using NetworkLink link = NetworkLink.To(host.Address);
        await ExpectBoundsAsync(link.Address, link.SilenceAsync, _ => link.HealAsync());
    }

    private async Task ExpectBoundsAsync(Uri address, Func<CancellationToken, Task> begin, Func<CancellationToken, Task> end)
    {
        using var unobserved = new UnobservedFailures();
        await using (RabbitBus bus = await StartAsync(address))
        {
            var calls = new OutageCalls(bus);
            await calls.SucceedAsync();
            // Pays for compiling all this, and for the thread pool's growth.
            await OutageBurst.RunAsync(calls.AskAsync, () => calls.PublishAsync(0), calls.SendAsync);
            await begin(Token);
            try
            {
                await ExpectBoundsAsync(calls);
            }
            finally
            {
                await end(Token);
            }

            await calls.SucceedAsync();
        }

        unobserved.Collect().ShouldBeEmpty();
    }

    private async Task ExpectBoundsAsync(OutageCalls calls)
    {
        // While nobody knows yet that the broker is away, and when it is known.
        foreach (string when in (string[])["at first", Later])
        {
            if (when == Later)
                await _lost.NextAsync();
            EndedCall[] burst = await OutageBurst.RunAsync(calls.AskAsync, () => calls.PublishAsync(0), calls.SendAsync);
            TimeSpan longest = burst.Max(static ended => ended.Took);
            TestContext.Current.TestOutputHelper?.WriteLine($"{when}: longest {longest.TotalMilliseconds:0} ms");
            longest.ShouldBeLessThan(OutageCalls.Total + Bound.Tolerance, when);
            foreach (EndedCall ended in burst)
                ExpectExplained(ended);
        }
    }

    private static void ExpectExplained(EndedCall ended)
    {
        (string service, int attempts, TimeSpan elapsed) = ended.Failure switch
        {
            RequestTimedOutException failure => (failure.Service, failure.Attempts, failure.Elapsed),
            ExecutionTimeoutException failure => (failure.Service, failure.Attempts, failure.Elapsed),
            // It did not run: there is no attempt to tell of.
            RejectedException failure => (failure.Service, 1, ended.Took),
            _ => throw new InvalidOperationException("It ended in some other way.", ended.Failure),
        };
        service.ShouldBe("user");
        attempts.ShouldBeGreaterThan(0);
        elapsed.ShouldBeInRange(TimeSpan.Zero, ended.Took);
        ended.Failure.Message.ShouldContain("'user'");
    }

    // Neither the breaker nor the bulkhead spares a call its attempt.
    private async Task<RabbitBus> StartAsync(Uri address, bool waitUntilStarted = true)
    {
        Dictionary<string, string?> settings = new(OutageCalls.Settings, StringComparer.Ordinal);
        foreach ((string key, string? value) in Settings.Of("user:Bulkhead:MaxConcurrentCalls=10000"))
            settings[key] = value;
        RabbitBus bus = await RabbitBus.StartAsync(
            address,
            static (_, rabbit) => rabbit.ReceiveEndpoint("outage", static endpoint =>
            {
                endpoint.Handler<Ask>(Callee.Answers);
                endpoint.Handler<Happened>(static _ => Task.CompletedTask);
            }),
            settings,
            waitUntilStarted: waitUntilStarted,
            resilience: builder => builder.OnEvent<BrokerLost>(_lost.OnEventAsync));
        // What it writes down of every call takes longer than the call.
        bus.Measured.Dispose();
        return bus;
    }
}
