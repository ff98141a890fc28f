using HaptiTalk.Messaging.Resilience.Brokers;
using HaptiTalk.Messaging.Resilience.RabbitMq.Tests.Brokers;
using HaptiTalk.Messaging.Resilience.Tests;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace HaptiTalk.Messaging.Resilience.RabbitMq.Tests.Bus;

/// <summary>An hour without a broker, on a clock that the test moves: what is called meanwhile leaves nothing behind.</summary>
[Collection(SharedBrokerOutage.Name)]
public sealed class OutageHourTests(BrokerFixture broker)
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly FakeTimeProvider _clock = new(TimeProvider.System.GetUtcNow());
    private readonly RecordedEvents<BrokerLost> _lost = new();
    private readonly RecordedEvents<BrokerBack> _back = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Calls_DuringAnHourWithoutABroker_LeaveNothingBehind()
    {
        await using VirtualHost host = await broker.CreateVirtualHostAsync(Token);
        await using RabbitBus bus = await RabbitBus.StartAsync(
            host,
            static (_, rabbit) => rabbit.ReceiveEndpoint("outage", static endpoint =>
            {
                endpoint.Handler<Ask>(Callee.Answers);
                endpoint.Handler<Happened>(static _ => Task.CompletedTask);
            }),
            OutageCalls.Settings,
            resilience: builder =>
            {
                builder.Services.AddSingleton<TimeProvider>(_clock);
                builder.OnEvent<BrokerLost>(_lost.OnEventAsync).OnEvent<BrokerBack>(_back.OnEventAsync);
            });
        var calls = new OutageCalls(bus);
        await calls.SucceedAsync();
        // It keeps every measurement.
        bus.Measured.Dispose();

        await broker.KillAsync(Token);
        try
        {
            await _lost.NextAsync();
            await PassAsync(minutes: 10, calls);
            Footprint tenMinutes = Footprint.Take();
            await PassAsync(minutes: 50, calls);
            Footprint anHour = Footprint.Take();

            TestContext.Current.TestOutputHelper?.WriteLine($"after ten minutes {tenMinutes}; after an hour {anHour}");
            (anHour.Heap - tenMinutes.Heap).ShouldBeLessThan(1_000_000);
            (anHour.Threads - tenMinutes.Threads).ShouldBeLessThan(10);
            (anHour.Timers - tenMinutes.Timers).ShouldBeLessThan(10);
        }
        finally
        {
            await broker.StartAsync(Token);
        }

        // The framework waits on the test's clock before it tries the broker again. A request would have expired: that clock is ahead.
        Task recovered = RecoverAsync();
        while (!recovered.IsCompleted)
        {
            _clock.Advance(Second / 10);
            await Task.WhenAny(recovered, Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, Token));
            Token.ThrowIfCancellationRequested();
        }

        await recovered;

        async Task RecoverAsync()
        {
            await _back.NextAsync();
            await calls.PublishAsync(0);
            await calls.SendAsync();
        }
    }

    private async Task PassAsync(int minutes, OutageCalls calls)
    {
        for (int second = 0; second < minutes * 60; second++)
        {
            _clock.Advance(Second);
            await Should.ThrowAsync<BrokerUnavailableRejectedException>(calls.AskAsync);
            await Should.ThrowAsync<BrokerUnavailableRejectedException>(() => calls.PublishAsync(second));
            await Should.ThrowAsync<BrokerUnavailableRejectedException>(calls.SendAsync);
        }
    }

    private sealed record Footprint(long Heap, int Threads, long Timers)
    {
        public static Footprint Take()
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            return new(GC.GetTotalMemory(forceFullCollection: true), ThreadPool.ThreadCount, Timer.ActiveCount);
        }
    }
}
