using System.Text;
using HaptiTalk.Messaging.Resilience.Brokers;
using RabbitMQ.Client;

namespace HaptiTalk.Messaging.Resilience.RabbitMq.Tests.Brokers;

[Collection(OwnBroker.Name)]
public sealed class BrokerOutageTests(BrokerFixture broker)
{
    [Fact]
    public async Task KillAsync_DurableQueueWithPersistentMessage_KeepsItOverTheRestart()
    {
        CancellationToken cancellationToken = TestContext.Current.CancellationToken;
        await using VirtualHost host = await broker.CreateVirtualHostAsync(cancellationToken);
        await using (IConnection before = await ConnectAsync(host, cancellationToken))
        {
            CreateChannelOptions confirmed = new(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true);
            await using IChannel channel = await before.CreateChannelAsync(confirmed, cancellationToken);
            await channel.QueueDeclareAsync(
                "kept", durable: true, exclusive: false, autoDelete: false, cancellationToken: cancellationToken);
            await channel.BasicPublishAsync(
                "", "kept", mandatory: true, new BasicProperties { Persistent = true }, "still here"u8.ToArray(), cancellationToken);

            TaskCompletionSource gone = new(TaskCreationOptions.RunContinuationsAsynchronously);
            before.ConnectionShutdownAsync += (_, _) =>
            {
                gone.TrySetResult();
                return Task.CompletedTask;
            };
            await broker.KillAsync(cancellationToken);
            await gone.Task.WaitAsync(cancellationToken);
        }

        await Should.ThrowAsync<RabbitMQ.Client.Exceptions.BrokerUnreachableException>(() => ConnectAsync(host, cancellationToken));
        await broker.StartAsync(cancellationToken);

        await using IConnection after = await ConnectAsync(host, cancellationToken);
        await using IChannel again = await after.CreateChannelAsync(cancellationToken: cancellationToken);
        BasicGetResult? message = await again.BasicGetAsync("kept", autoAck: true, cancellationToken);
        message.ShouldNotBeNull();
        Encoding.UTF8.GetString(message.Body.Span).ShouldBe("still here");
    }

    [Fact]
    public async Task FreezeAsync_OpenConnection_StaysOpenUnansweredUntilTheThaw()
    {
        CancellationToken cancellationToken = TestContext.Current.CancellationToken;
        await using VirtualHost host = await broker.CreateVirtualHostAsync(cancellationToken);
        await using IConnection connection = await ConnectAsync(host, cancellationToken);
        await using IChannel channel = await connection.CreateChannelAsync(cancellationToken: cancellationToken);

        await broker.FreezeAsync(cancellationToken);
        Task<QueueDeclareOk> answer = channel.QueueDeclareAsync("asked-while-frozen", cancellationToken: cancellationToken);
        await Should.ThrowAsync<TimeoutException>(() => answer.WaitAsync(TimeSpan.FromSeconds(1), cancellationToken));
        connection.IsOpen.ShouldBeTrue();

        await broker.ThawAsync(cancellationToken);
        (await answer).QueueName.ShouldBe("asked-while-frozen");
    }

    [Fact]
    public async Task KillAsync_FrozenBroker_StartsAgain()
    {
        CancellationToken cancellationToken = TestContext.Current.CancellationToken;

        await broker.FreezeAsync(cancellationToken);
        await broker.KillAsync(cancellationToken);
        await broker.StartAsync(cancellationToken);

        await using VirtualHost host = await broker.CreateVirtualHostAsync(cancellationToken);
        await using IConnection connection = await ConnectAsync(host, cancellationToken);
        connection.IsOpen.ShouldBeTrue();
    }

    [Fact]
    public async Task BlockAsync_ConnectionThatPublishes_IsToldAndServedAgainOnceTheAlarmIsLifted()
    {
        CancellationToken cancellationToken = TestContext.Current.CancellationToken;
        await using VirtualHost host = await broker.CreateVirtualHostAsync(cancellationToken);
        await using IConnection connection = await ConnectAsync(host, cancellationToken);
        CreateChannelOptions confirmed = new(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true);
        await using IChannel channel = await connection.CreateChannelAsync(confirmed, cancellationToken);
        await channel.QueueDeclareAsync("told", exclusive: false, cancellationToken: cancellationToken);
        TaskCompletionSource blocked = new(TaskCreationOptions.RunContinuationsAsynchronously);
        connection.ConnectionBlockedAsync += (_, _) =>
        {
            blocked.TrySetResult();
            return Task.CompletedTask;
        };

        await broker.BlockAsync(cancellationToken);
        Task published;
        try
        {
            published = channel.BasicPublishAsync("", "told", "waits"u8.ToArray(), cancellationToken).AsTask();
            await blocked.Task.WaitAsync(cancellationToken);
            await Should.ThrowAsync<TimeoutException>(() => published.WaitAsync(TimeSpan.FromSeconds(1), cancellationToken));
            connection.IsOpen.ShouldBeTrue();
        }
        finally
        {
            await broker.UnblockAsync(cancellationToken);
        }

        await published;
        (await channel.MessageCountAsync("told", cancellationToken)).ShouldBe(1u);
    }

    private static Task<IConnection> ConnectAsync(VirtualHost host, CancellationToken cancellationToken) =>
        new ConnectionFactory { Uri = host.Address, AutomaticRecoveryEnabled = false }.CreateConnectionAsync(cancellationToken);
}
