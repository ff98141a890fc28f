using HaptiTalk.Messaging.Resilience.Brokers;
using HaptiTalk.Messaging.Resilience.RabbitMq.Tests.Brokers;
using RabbitMQ.Client;

namespace HaptiTalk.Messaging.Resilience.RabbitMq.Tests.DeadLetters;

/// <summary>The cluster stands for another broker: it has its own name, and starting a third for this takes long.</summary>
[Collection(Cluster.Name)]
public sealed class ForeignManagementTests(BrokerFixture fixture, ClusterFixture other)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Looks_ManagementOfAnotherBroker_SayItAndDoNotBelieveIt()
    {
        await other.SettleAsync(Token);
        ClusterNode node = other.Nodes[0];
        string queue = $"q-{Guid.NewGuid():N}_error";
        await DeclareAsync(fixture.Address, queue, "quorum");
        await DeclareAsync(node.Address, queue, "classic");
        IDeadLetterInspector inspector = new RabbitMqDeadLetters(new() { Broker = fixture.Address, Management = node.Management }).Inspector;

        DeadLetterListing all = await inspector.ListAsync(new() { IncludeEmpty = true }, Token);
        DeadLetterListing named = await inspector.ListAsync(new() { Queues = [queue] }, Token);

        all.ManagementProblem.ShouldNotBeNull().ShouldContain("another broker");
        all.Queues.ShouldBeEmpty();
        named.Queues.Single().Type.ShouldBe(BrokerQueueType.Quorum);
    }

    private static async Task DeclareAsync(Uri address, string queue, string type)
    {
        await using IConnection connection = await new ConnectionFactory { Uri = address }.CreateConnectionAsync(Token);
        await using IChannel channel = await connection.CreateChannelAsync(cancellationToken: Token);
        await channel.QueueDeclareAsync(
            queue, durable: true, exclusive: false, autoDelete: false, new Dictionary<string, object?>(StringComparer.Ordinal) { ["x-queue-type"] = type }, cancellationToken: Token);
    }
}
