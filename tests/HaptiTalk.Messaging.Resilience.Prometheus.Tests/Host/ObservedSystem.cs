using HaptiTalk.Messaging.Resilience.Brokers;
using MassTransit;
using RabbitMQ.Client;

[assembly: AssemblyFixture(typeof(BrokerFixture))]

namespace HaptiTalk.Messaging.Resilience.Prometheus.Tests;

/// <summary>A host under load, a broker with dead letters, and a Prometheus that scrapes both as the deployed one does.</summary>
public sealed class ObservedSystem(BrokerFixture broker) : IAsyncLifetime
{
    private readonly Stack<IAsyncDisposable> _started = new();

    internal PrometheusServer Prometheus { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        VirtualHost virtualHost = Started(await broker.CreateVirtualHostAsync(TestContext.Current.CancellationToken));
        await DeclareDeadLettersAsync(virtualHost.Address);
        ObservedHost host = Started(await ObservedHost.StartAsync(services => services.AddMassTransit<IBrokerBus>(bus =>
        {
            bus.AddMessagingResilience();
            bus.UsingRabbitMq((_, rabbit) => rabbit.Host(virtualHost.Address));
        })));
        Started(Load.On(host));
        Prometheus = Started(await PrometheusServer.StartAsync(DeployedConfiguration.For(host.Address, broker.Metrics)));
    }

    public async ValueTask DisposeAsync()
    {
        while (_started.TryPop(out IAsyncDisposable? started))
            await started.DisposeAsync();
    }

    private T Started<T>(T started)
        where T : IAsyncDisposable
    {
        _started.Push(started);
        return started;
    }

    private static async Task DeclareDeadLettersAsync(Uri address)
    {
        CancellationToken token = TestContext.Current.CancellationToken;
        await using IConnection connection = await new ConnectionFactory { Uri = address }.CreateConnectionAsync(token);
        await using IChannel channel = await connection.CreateChannelAsync(cancellationToken: token);
        await channel.QueueDeclareAsync("user-get-user-profile_error", durable: true, exclusive: false, autoDelete: false, cancellationToken: token);
        await channel.BasicPublishAsync(string.Empty, "user-get-user-profile_error", ReadOnlyMemory<byte>.Empty, token);
    }
}

[CollectionDefinition(Name)]
public sealed class Observed : ICollectionFixture<ObservedSystem>
{
    public const string Name = "observed system";
}

/// <summary>A bus on the broker, beside the one in memory that is under load: only it has a broker to tell of.</summary>
public interface IBrokerBus : IBus;
