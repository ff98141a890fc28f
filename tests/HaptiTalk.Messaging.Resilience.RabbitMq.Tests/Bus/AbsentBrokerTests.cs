using HaptiTalk.Messaging.Resilience.Brokers;
using HaptiTalk.Messaging.Resilience.RabbitMq.Tests.Brokers;
using HaptiTalk.Messaging.Resilience.Tests;
using MassTransit;

namespace HaptiTalk.Messaging.Resilience.RabbitMq.Tests.Bus;

/// <summary>A broker that dies, and one that is not there yet.</summary>
[Collection(SharedBrokerOutage.Name)]
public sealed class AbsentBrokerTests(BrokerFixture broker)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Calls_BrokerKilled_EndWithinTheirTotalTimeoutAndSucceedAfterTheRestart()
    {
        await using VirtualHost host = await broker.CreateVirtualHostAsync(Token);
        await using RabbitBus bus = await StartAsync(host);
        var calls = new OutageCalls(bus);
        await calls.SucceedAsync();

        await broker.KillAsync(Token);
        try
        {
            await calls.ExpectBoundsAsync();
            await calls.ExpectBoundsAsync();
        }
        finally
        {
            await broker.StartAsync(Token);
        }

        await calls.SucceedAsync();
    }

    [Fact]
    public async Task Calls_BrokerNotThereAtStart_EndWithinTheirTotalTimeoutAndSucceedOnceItIs()
    {
        await using VirtualHost host = await broker.CreateVirtualHostAsync(Token);
        await broker.KillAsync(Token);
        RabbitBus? bus = null;
        try
        {
            bus = await StartAsync(host, waitUntilStarted: false);
            await new OutageCalls(bus).ExpectBoundsAsync();
        }
        finally
        {
            await broker.StartAsync(Token);
        }

        await using (bus)
            await new OutageCalls(bus).SucceedAsync();
    }

    [Fact]
    public async Task Create_ManyHandlesBeforeTheQueueForRepliesIsThere_BlockNoThreadAndEndInTime()
    {
        const int Handles = 200;
        await using VirtualHost host = await broker.CreateVirtualHostAsync(Token);
        await broker.KillAsync(Token);
        RabbitBus? bus = null;
        int made = 0;
        try
        {
            bus = await StartAsync(host, waitUntilStarted: false);
            IRequestClient<Ask> client = bus.Client<Ask>();
            Task<Exception>[] calls = [.. Enumerable.Range(0, Handles).Select(number => Task.Run(
                async () =>
                {
                    using RequestHandle<Ask> handle = client.Create(new Ask("x"), Token);
                    handle.UseExecute(context => context.Headers.Set("X-Number", number));
                    Task<Response<Answer>> response = handle.GetResponse<Answer>();
                    Interlocked.Increment(ref made);
                    return await Should.ThrowAsync<Exception>(response);
                },
                Token))];

            Task all = Task.WhenAll(calls);
            await all.WaitAsync(TimeSpan.FromSeconds(40), Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);

            Volatile.Read(ref made).ShouldBe(Handles);
            all.IsCompletedSuccessfully.ShouldBeTrue();
        }
        finally
        {
            await broker.StartAsync(Token);
        }

        await using (bus)
            await new OutageCalls(bus).SucceedAsync();
    }

    private static Task<RabbitBus> StartAsync(VirtualHost host, bool waitUntilStarted = true) => RabbitBus.StartAsync(
        host,
        static (_, rabbit) => rabbit.ReceiveEndpoint("outage", static endpoint =>
        {
            endpoint.Handler<Ask>(Callee.Answers);
            endpoint.Handler<Happened>(static _ => Task.CompletedTask);
        }),
        OutageCalls.Settings,
        waitUntilStarted: waitUntilStarted);
}
