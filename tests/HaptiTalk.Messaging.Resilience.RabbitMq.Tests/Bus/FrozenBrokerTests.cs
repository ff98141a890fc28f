using System.Collections.Concurrent;
using HaptiTalk.Messaging.Resilience.Brokers;
using HaptiTalk.Messaging.Resilience.RabbitMq.Tests.Brokers;
using HaptiTalk.Messaging.Resilience.Tests;
using MassTransit;

namespace HaptiTalk.Messaging.Resilience.RabbitMq.Tests.Bus;

/// <summary>A broker that has stopped answering while its connections stay open: what kills MassTransit's own bounds.</summary>
[Collection(SharedBrokerOutage.Name)]
public sealed class FrozenBrokerTests(BrokerFixture broker)
{
    private readonly ConcurrentQueue<(int Number, Guid? MessageId)> _happened = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Calls_BrokerFrozen_EndWithinTheirTotalTimeoutAndSucceedAfterTheThaw()
    {
        await using VirtualHost host = await broker.CreateVirtualHostAsync(Token);
        await using RabbitBus bus = await StartAsync(host);
        var calls = new OutageCalls(bus);
        await calls.SucceedAsync();

        await broker.FreezeAsync(Token);
        try
        {
            await calls.ExpectBoundsAsync();
            // After a first failure MassTransit's writes ignore their token, and by now it may be known that the broker is away.
            await calls.ExpectBoundsAsync();
        }
        finally
        {
            await broker.ThawAsync(Token);
        }

        await calls.SucceedAsync();
    }

    [Fact]
    public async Task Publish_GivenUpWhileFrozen_EveryCopyOfAMessageHasItsMessageId()
    {
        await using VirtualHost host = await broker.CreateVirtualHostAsync(Token);
        await using RabbitBus bus = await StartAsync(host);
        var calls = new OutageCalls(bus);
        await calls.SucceedAsync();

        await broker.FreezeAsync(Token);
        try
        {
            await Should.ThrowAsync<ExecutionTimeoutException>(calls.PublishAsync(7));
        }
        finally
        {
            await broker.ThawAsync(Token);
        }

        await calls.SucceedAsync();
        _happened.Where(received => received.Number == 7).Select(received => received.MessageId).Distinct().Count().ShouldBeLessThanOrEqualTo(1);
    }

    [Fact]
    public async Task Naive_RequestTimeoutAndToken_DoNotBoundARequest()
    {
        await using VirtualHost host = await broker.CreateVirtualHostAsync(Token);
        await using RabbitBus bus = await StartAsync(host);
        var calls = new OutageCalls(bus);
        await calls.SucceedAsync();

        await broker.FreezeAsync(Token);
        Task naive;
        try
        {
            using var patience = new CancellationTokenSource(OutageCalls.Total);
            var over = new TaskCompletionSource();
            await using CancellationTokenRegistration registration = patience.Token.Register(over.SetResult);
            naive = bus.Bus.CreateRequestClient<Ask>().GetResponse<Answer>(new Ask("x"), patience.Token, OutageCalls.Total / 2);
            await calls.ExpectBoundsAsync();

            await over.Task.WaitAsync(Token);
            naive.IsCompleted.ShouldBeFalse();
        }
        finally
        {
            await broker.ThawAsync(Token);
        }

        // It ends with the broker's return, whether well or not.
        await Task.WhenAny(naive);
    }

    [Fact]
    public async Task GetResponse_FrozenBeforeTheFirstRequest_EndsWithinItsTotalAndBlocksNoThread()
    {
        await using VirtualHost host = await broker.CreateVirtualHostAsync(Token);
        await using RabbitBus bus = await StartAsync(host);
        var calls = new OutageCalls(bus);

        await broker.FreezeAsync(Token);
        try
        {
            Task? call = null;
            Task caller = OnAThreadOfItsOwn(() => call = calls.AskAsync());
            await caller.WaitAsync(OutageCalls.Total / 2, Token);
            await Should.ThrowAsync<RequestTimedOutException>(call!.WaitAsync(OutageCalls.Total + Bound.Tolerance, Token));
        }
        finally
        {
            await broker.ThawAsync(Token);
        }

        await calls.SucceedAsync();
    }

    [Fact]
    public async Task Naive_FrozenBeforeTheFirstRequest_BlocksTheThreadOfItsCaller()
    {
        await using VirtualHost host = await broker.CreateVirtualHostAsync(Token);
        await using RabbitBus bus = await StartAsync(host);
        IRequestClient<Ask> plain = bus.Bus.CreateRequestClient<Ask>(OutageCalls.Total);

        await broker.FreezeAsync(Token);
        Task? call = null;
        Task caller = OnAThreadOfItsOwn(() => call = plain.GetResponse<Answer>(new Ask("x"), Token));
        try
        {
            await Task.WhenAny(caller, Task.Delay(OutageCalls.Total * 2, TimeProvider.System, Token));
            caller.IsCompleted.ShouldBeFalse();
        }
        finally
        {
            await broker.ThawAsync(Token);
        }

        await caller;
        await Task.WhenAny(call!);
    }

    private static Task OnAThreadOfItsOwn(Action action) =>
        Task.Factory.StartNew(action, Token, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private Task<RabbitBus> StartAsync(VirtualHost host) => RabbitBus.StartAsync(
        host,
        (_, rabbit) => rabbit.ReceiveEndpoint("outage", endpoint =>
        {
            endpoint.Handler<Ask>(Callee.Answers);
            endpoint.Handler<Happened>(context =>
            {
                _happened.Enqueue((context.Message.Number, context.MessageId));
                return Task.CompletedTask;
            });
        }),
        OutageCalls.Settings);
}
