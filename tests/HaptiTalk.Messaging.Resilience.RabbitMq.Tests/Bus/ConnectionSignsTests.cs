using HaptiTalk.Messaging.Resilience.Brokers;
using RabbitMQ.Client;

namespace HaptiTalk.Messaging.Resilience.RabbitMq.Tests.Bus;

/// <summary>A connection of the real client that ends, and whose client is stuck while it tells of that.</summary>
public sealed class ConnectionSignsTests(BrokerFixture broker)
{
    // Two looks, on a machine that has much else to do.
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(15);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task NextAsync_ClientStuckInItsShutdown_SaysClosedAndTheOthersAreTold()
    {
        var isStuck = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var isTold = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using NetworkLink link = NetworkLink.To(broker.Address);
        await using IConnection connection = await ConnectAsync(link);
        // As the client's own handler of a channel that was publishing: it waits with the token it is given.
        connection.ConnectionShutdownAsync += async (_, end) =>
        {
            isStuck.TrySetResult();
            await Task.Delay(Timeout.Infinite, end.CancellationToken);
        };
        using var signs = new ConnectionSigns(connection, TimeProvider.System);
        connection.ConnectionShutdownAsync += (_, _) =>
        {
            isTold.TrySetResult();
            return Task.CompletedTask;
        };

        await link.CutAsync();
        await isStuck.Task.WaitAsync(Token);

        (await signs.NextAsync(Token).AsTask().WaitAsync(Limit, Token)).Kind.ShouldBe(BrokerSignKind.Closed);
        await isTold.Task.WaitAsync(Limit, Token);
    }

    // As MassTransit's: it connects anew by itself.
    private static Task<IConnection> ConnectAsync(NetworkLink link) =>
        new ConnectionFactory { Uri = link.Address, AutomaticRecoveryEnabled = false }.CreateConnectionAsync(Token);
}
