using System.Collections.Concurrent;
using HaptiTalk.Messaging.Resilience.Brokers;
using HaptiTalk.Messaging.Resilience.Tests;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;

namespace HaptiTalk.Messaging.Resilience.RabbitMq.Tests.Bus;

/// <summary>A broker that is there and lets this user, or this user's virtual host, in no longer.</summary>
public sealed class RefusedLoginTests(BrokerFixture broker)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly RecordedEvents<ResilienceEvent> _events = new();
    private readonly Tries _tries = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Calls_UserMadeAgainWithAnotherPassword_SucceedOnceThePasswordIsRight()
    {
        await using VirtualHost host = await broker.CreateVirtualHostAsync(Token);
        await using BrokerUser user = await BrokerUser.CreateAsync(broker, host, Token);
        await using RabbitBus bus = await StartAsync(user.Address);
        var calls = new OutageCalls(bus);
        await calls.SucceedAsync();

        await user.DeleteAsync(Token);
        await user.PutAsync("another", Token);
        await _events.NextAsync<BrokerLost>();
        // By then every endpoint has tried, too.
        await _tries.MoreAsync(3);
        BrokerUnavailableRejectedException refused = await Should.ThrowAsync<BrokerUnavailableRejectedException>(calls.AskAsync);
        refused.Reason.ShouldContain("ACCESS_REFUSED");
        bus.Services.GetRequiredService<IMessagingResilience>().GetHostSnapshot().LostBrokers.ShouldHaveSingleItem().Reason.ShouldContain("ACCESS_REFUSED");

        await user.PutAsync(user.Password, Token);

        await _events.NextAsync<BrokerBack>().WaitAsync(Patience, Token);
        await calls.SucceedAsync().WaitAsync(Patience, Token);
        bus.Services.GetRequiredService<IMessagingResilience>().GetHostSnapshot().LostBrokers.ShouldBeEmpty();
    }

    [Fact]
    public async Task Calls_VirtualHostMadeAgain_AreRefusedMeanwhileAndSucceedOnceItIsThere()
    {
        await using VirtualHost host = await broker.CreateVirtualHostAsync(Token);
        await using RabbitBus bus = await StartAsync(host.Address);
        var calls = new OutageCalls(bus);
        await calls.SucceedAsync();

        await host.DeleteAsync(Token);
        await _events.NextAsync<BrokerLost>();
        // What came in while it was being removed has been shown out by then.
        await _tries.MoreAsync(4);
        int backs = _events.All.OfType<BrokerBack>().Count();
        await _tries.MoreAsync(3);
        await Should.ThrowAsync<BrokerUnavailableRejectedException>(calls.AskAsync);
        _events.All.OfType<BrokerBack>().Count().ShouldBe(backs);
        await host.PutAsync(Token);

        await calls.SucceedAsync().WaitAsync(Patience, Token);
    }

    [Fact]
    public async Task Start_WrongPassword_FailsAsWithMassTransitAlone()
    {
        await using VirtualHost host = await broker.CreateVirtualHostAsync(Token);
        Uri wrong = new UriBuilder(host.Address) { Password = "wrong" }.Uri;

        Exception failure = await Should.ThrowAsync<Exception>(StartAsync(wrong).WaitAsync(Patience, Token));

        failure.ShouldBeOfType<RabbitMqConnectionException>().GetBaseException().Message.ShouldContain("ACCESS_REFUSED");
    }

    private Task<RabbitBus> StartAsync(Uri address) => RabbitBus.StartAsync(
        address,
        (_, rabbit) =>
        {
            rabbit.Host(address, connection => connection.OnRefreshConnectionFactory = _tries.CountAsync);
            rabbit.ReceiveEndpoint("outage", static endpoint =>
            {
                endpoint.Handler<Ask>(Callee.Answers);
                endpoint.Handler<Happened>(static _ => Task.CompletedTask);
            });
        },
        OutageCalls.Settings,
        resilience: resilience => resilience.OnEvent<ResilienceEvent>(_events.OnEventAsync));

    /// <summary>How often somebody has tried to connect.</summary>
    private sealed class Tries
    {
        private readonly ConcurrentQueue<TaskCompletionSource> _waiting = new();

        public Task CountAsync(RabbitMQ.Client.ConnectionFactory factory)
        {
            if (_waiting.TryDequeue(out TaskCompletionSource? next))
                next.TrySetResult();
            return Task.CompletedTask;
        }

        /// <summary>Ends when so many more have been begun.</summary>
        public Task MoreAsync(int count)
        {
            TaskCompletionSource[] tries = [.. Enumerable.Range(0, count).Select(static _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously))];
            foreach (TaskCompletionSource one in tries)
                _waiting.Enqueue(one);
            return Task.WhenAll(tries.Select(static one => one.Task)).WaitAsync(Token);
        }
    }
}
