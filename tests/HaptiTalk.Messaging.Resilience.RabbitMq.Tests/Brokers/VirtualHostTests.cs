using HaptiTalk.Messaging.Resilience.Brokers;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace HaptiTalk.Messaging.Resilience.RabbitMq.Tests.Brokers;

public sealed class VirtualHostTests(BrokerFixture broker)
{
    private readonly CancellationToken _cancellationToken = TestContext.Current.CancellationToken;

    [Fact]
    public async Task CreateVirtualHostAsync_SameQueueNameInTwo_AreDifferentQueues()
    {
        await using VirtualHost first = await broker.CreateVirtualHostAsync(_cancellationToken);
        await using VirtualHost second = await broker.CreateVirtualHostAsync(_cancellationToken);

        await using IConnection one = await ConnectAsync(first);
        await using IChannel channel = await one.CreateChannelAsync(cancellationToken: _cancellationToken);
        await channel.QueueDeclareAsync("orders", exclusive: false, cancellationToken: _cancellationToken);

        await using IConnection two = await ConnectAsync(second);
        await using IChannel other = await two.CreateChannelAsync(cancellationToken: _cancellationToken);
        OperationInterruptedException missing = await Should.ThrowAsync<OperationInterruptedException>(
            () => other.QueueDeclarePassiveAsync("orders", _cancellationToken));
        ((int?)missing.ShutdownReason?.ReplyCode).ShouldBe(Constants.NotFound);
    }

    [Fact]
    public async Task DisposeAsync_VirtualHost_IsGone()
    {
        VirtualHost host = await broker.CreateVirtualHostAsync(_cancellationToken);
        await host.DisposeAsync();

        // The client does not wait for the answer to connection.open: a missing virtual host shows with the first channel.
        await Should.ThrowAsync<OperationInterruptedException>(async () =>
        {
            await using IConnection connection = await ConnectAsync(host);
            await using IChannel channel = await connection.CreateChannelAsync(cancellationToken: _cancellationToken);
        });
    }

    [Fact]
    public void Description_StartedBroker_NamesItsVersion() => broker.Description.ShouldMatch(@"^RabbitMQ \d+\.\d+\.\d+, ");

    private Task<IConnection> ConnectAsync(VirtualHost host) =>
        new ConnectionFactory { Uri = host.Address, AutomaticRecoveryEnabled = false }.CreateConnectionAsync(_cancellationToken);
}
