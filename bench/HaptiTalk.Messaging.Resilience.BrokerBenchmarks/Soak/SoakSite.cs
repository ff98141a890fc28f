using HaptiTalk.Messaging.Resilience.Brokers;
using MassTransit;

namespace HaptiTalk.Messaging.Resilience.BrokerBenchmarks.Soak;

/// <summary>A gateway asks orders, and orders asks stock; what the gateway publishes, stock and nobody else consumes.</summary>
internal sealed class SoakSite : IAsyncDisposable
{
    private SoakSite(BrokerFixture broker, VirtualHost virtualHost, Ledger ledger, string settingsFile)
    {
        Broker = broker;
        VirtualHost = virtualHost;
        Ledger = ledger;
        Gateway = Service("gateway", static _ => { });
        Orders = Service("orders", static bus => bus.AddConsumer<OrdersConsumer>(Limit));
        Stock = Service("stock", static bus => bus.AddConsumer<StockConsumer>(Limit), rabbit => rabbit.ReceiveEndpoint("events", endpoint =>
        {
            endpoint.ConcurrentMessageLimit = SoakSettings.Concurrency;
            endpoint.Handler<SoakEvent>(async context =>
            {
                await Task.Delay(SoakSettings.Work, TimeProvider.System, context.CancellationToken);
                ledger.Arrive(context.Message.Number);
            });
        }));

        SoakService Service(
            string name, Action<IBusRegistrationConfigurator> register, Action<IRabbitMqBusFactoryConfigurator>? configure = null) =>
            new(name, settingsFile, NetworkLink.To(virtualHost.Address), register, configure ?? (static _ => { }));
    }

    public BrokerFixture Broker { get; }

    /// <summary>How often the broker's container was started anew.</summary>
    public int ContainerStarts { get; set; }

    public VirtualHost VirtualHost { get; }

    public Ledger Ledger { get; }

    public SoakService Gateway { get; }

    public SoakService Orders { get; }

    public SoakService Stock { get; }

    public IReadOnlyList<SoakService> Services => [Stock, Orders, Gateway];

    /// <summary>The circuits that are not closed, for people.</summary>
    public string Open => string.Join(", ", Services.SelectMany(static service => service.Snapshot
        .Where(static state => state.CircuitState != CircuitState.Closed)
        .Select(state => $"{service.Name} {state.Side} {state.Service} {state.CircuitState}")));

    public static async Task<SoakSite> StartAsync(
        BrokerFixture broker, Ledger ledger, string settingsFile, CancellationToken cancellationToken)
    {
        var site = new SoakSite(broker, await broker.CreateVirtualHostAsync(cancellationToken), ledger, settingsFile);
        foreach (SoakService service in site.Services)
            await service.StartAsync(cancellationToken);
        return site;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (SoakService service in Services)
            await service.DisposeAsync();
        await VirtualHost.DisposeAsync();
    }

    private static void Limit(IConsumerConfigurator consumer) => consumer.ConcurrentMessageLimit = SoakSettings.Concurrency;
}

/// <summary>The middle of the chain: asks on with what is left of its caller's time.</summary>
internal sealed class OrdersConsumer(IRequestClient<SoakStock> stock) : IConsumer<SoakOrder>
{
    public async Task Consume(ConsumeContext<SoakOrder> context)
    {
        await stock.GetResponse<SoakInStock>(new SoakStock(context.Message.Number), context.CancellationToken);
        await context.RespondAsync(new SoakOrdered(context.Message.Number));
    }
}

/// <summary>The end of the chain.</summary>
internal sealed class StockConsumer : IConsumer<SoakStock>
{
    public async Task Consume(ConsumeContext<SoakStock> context)
    {
        await Task.Delay(SoakSettings.Work, TimeProvider.System, context.CancellationToken);
        await context.RespondAsync(new SoakInStock(context.Message.Number));
    }
}
