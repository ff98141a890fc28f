using System.Net.Sockets;
using HaptiTalk.Messaging.Resilience.Brokers;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using RabbitMQ.Client.Exceptions;

namespace HaptiTalk.Messaging.Resilience.RabbitMq.Tests.Brokers;

/// <summary>A way to the broker that can be broken without touching the broker.</summary>
public sealed class NetworkLinkTests(BrokerFixture broker)
{
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(1);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task SilenceAsync_OpenConnection_StaysOpenUnansweredAndGoesOnWholeAfterTheHealing()
    {
        await using VirtualHost host = await broker.CreateVirtualHostAsync(Token);
        await using NetworkLink link = NetworkLink.To(host.Address);
        await using IConnection connection = await ConnectAsync(link);
        await using IChannel channel = await connection.CreateChannelAsync(
            new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true), Token);
        await channel.QueueDeclareAsync("kept", exclusive: false, cancellationToken: Token);

        await link.SilenceAsync(Token);
        // More than the buffers on the way hold, so that some of it waits in each place.
        Task published = Task.WhenAll(Enumerable.Range(0, 200).Select(_ => channel.BasicPublishAsync("", "kept", new byte[100_000], Token).AsTask()));
        await Should.ThrowAsync<TimeoutException>(() => published.WaitAsync(Silence, Token));
        connection.IsOpen.ShouldBeTrue();
        await link.HealAsync();
        await published;

        (await channel.MessageCountAsync("kept", Token)).ShouldBe(200u);
    }

    [Fact]
    public async Task SilenceAsync_NewConnection_GetsNoAnswerUntilTheHealing()
    {
        await using VirtualHost host = await broker.CreateVirtualHostAsync(Token);
        await using NetworkLink link = NetworkLink.To(host.Address);

        await link.SilenceAsync(Token);
        using var socket = new TcpClient();
        Task reached = socket.ConnectAsync(link.Address.Host, link.Address.Port, Token).AsTask();
        Task<IConnection> connecting = ConnectAsync(link);
        await Should.ThrowAsync<TimeoutException>(() => Task.WhenAny(reached, connecting).WaitAsync(Silence, Token));
        await link.HealAsync();

        await reached;
        await using IConnection connection = await connecting;
        await using IChannel channel = await connection.CreateChannelAsync(cancellationToken: Token);
        channel.IsOpen.ShouldBeTrue();
    }

    [Fact]
    public async Task CutAsync_OpenConnection_IsLostAndNewOnesAreRefusedUntilTheHealing()
    {
        await using VirtualHost host = await broker.CreateVirtualHostAsync(Token);
        await using NetworkLink link = NetworkLink.To(host.Address);
        await using IConnection before = await ConnectAsync(link);
        TaskCompletionSource<ShutdownEventArgs> lost = new(TaskCreationOptions.RunContinuationsAsynchronously);
        before.ConnectionShutdownAsync += (_, reason) =>
        {
            lost.TrySetResult(reason);
            return Task.CompletedTask;
        };

        await link.CutAsync();
        (await lost.Task.WaitAsync(Token)).Initiator.ShouldBe(ShutdownInitiator.Library);
        await Should.ThrowAsync<BrokerUnreachableException>(() => ConnectAsync(link));
        await link.HealAsync();

        await using IConnection after = await ConnectAsync(link);
        after.IsOpen.ShouldBeTrue();
    }

    [Fact]
    public async Task CutAsync_SilentLink_EndsWhatItHeldBack()
    {
        await using VirtualHost host = await broker.CreateVirtualHostAsync(Token);
        await using NetworkLink link = NetworkLink.To(host.Address);
        await using IConnection connection = await ConnectAsync(link);
        await using IChannel channel = await connection.CreateChannelAsync(cancellationToken: Token);

        await link.SilenceAsync(Token);
        Task<QueueDeclareOk> asked = channel.QueueDeclareAsync("asked", cancellationToken: Token);
        await link.CutAsync();

        await Should.ThrowAsync<OperationInterruptedException>(asked);
    }

    private static Task<IConnection> ConnectAsync(NetworkLink link) =>
        new ConnectionFactory { Uri = link.Address, AutomaticRecoveryEnabled = false }.CreateConnectionAsync(Token);
}
