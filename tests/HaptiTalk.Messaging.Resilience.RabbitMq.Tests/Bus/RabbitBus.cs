using HaptiTalk.Messaging.Resilience.Brokers;
using HaptiTalk.Messaging.Resilience.Tests;
using MassTransit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace HaptiTalk.Messaging.Resilience.RabbitMq.Tests.Bus;

/// <summary>A host with a bus on a virtual host of the shared broker.</summary>
internal sealed class RabbitBus : IAsyncDisposable
{
    private readonly IHost _host;
    private readonly AsyncServiceScope _scope;
    private readonly Deliveries _deliveries = new();

    private RabbitBus(IHost host)
    {
        _host = host;
        _scope = host.Services.CreateAsyncScope();
        Measured = new(host.Services);
        Bus.ConnectReceiveObserver(_deliveries);
    }

    public IServiceProvider Services => _scope.ServiceProvider;

    public IBus Bus => Services.GetRequiredService<IBus>();

    public Measured Measured { get; }

    public IRequestClient<T> Client<T>()
        where T : class =>
        Services.GetRequiredService<IRequestClient<T>>();

    public ServiceSnapshot Snapshot(ResilienceSide side) => Services.GetRequiredService<IMessagingResilience>().GetSnapshot()
        .Single(snapshot => snapshot.Side == side && snapshot.Service == "user");

    /// <summary>Ends when so many deliveries from a queue have been taken from it.</summary>
    public Task TakenAsync(string queue, int count) => _deliveries.BegunAsync(queue, count, TestContext.Current.CancellationToken);

    /// <summary>Deliveries that have been taken from a queue so far.</summary>
    public int Taken(string queue) => _deliveries.Begun(queue);

    /// <summary>Ends when so many deliveries from a queue are over: acknowledged, moved, or given back.</summary>
    public Task DeliveredAsync(string queue, int count = 1) => _deliveries.EndedAsync(queue, count, TestContext.Current.CancellationToken);

    /// <summary>Stops the host as a signal would.</summary>
    public Task StopAsync() => _host.StopAsync(TestContext.Current.CancellationToken);

    /// <summary>On a virtual host, straight.</summary>
    public static Task<RabbitBus> StartAsync(
        VirtualHost host,
        Action<IBusRegistrationContext, IRabbitMqBusFactoryConfigurator> factory,
        Dictionary<string, string?>? settings = null,
        bool protectConsumers = true,
        bool waitUntilStarted = true,
        Action<IMessagingResilienceBuilder>? resilience = null,
        Action<IBusRegistrationConfigurator>? register = null) =>
        StartAsync(host.Address, factory, settings, protectConsumers, waitUntilStarted, resilience, register);

    /// <param name="address">The way to the virtual host on which the bus lives.</param>
    /// <param name="factory">Adds to <c>UsingRabbitMq</c>.</param>
    /// <param name="settings">Configuration of the profiles.</param>
    /// <param name="protectConsumers">Whether the bus has the consume filter.</param>
    /// <param name="waitUntilStarted">False where the broker is not there yet.</param>
    /// <param name="resilience">Adds to <c>services.AddMessagingResilience</c>.</param>
    /// <param name="register">Adds to <c>AddMassTransit</c>; the endpoints are configured after <paramref name="factory"/>.</param>
    public static async Task<RabbitBus> StartAsync(
        Uri address,
        Action<IBusRegistrationContext, IRabbitMqBusFactoryConfigurator> factory,
        Dictionary<string, string?>? settings = null,
        bool protectConsumers = true,
        bool waitUntilStarted = true,
        Action<IMessagingResilienceBuilder>? resilience = null,
        Action<IBusRegistrationConfigurator>? register = null)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new() { EnvironmentName = "Testing" });
        builder.Logging.ClearProviders();
        builder.Configuration.AddInMemoryCollection(Settings.Of(
            "user:Retry:InitialDelay=00:00:00.005", "user:Retry:MaxDelay=00:00:00.005", "user:Timeout:DefaultTimeout=00:01:00"));
        builder.Configuration.AddInMemoryCollection(settings);
        IMessagingResilienceBuilder added = builder.Services.AddMessagingResilience(builder.Configuration);
        resilience?.Invoke(added);
        builder.Services.AddOptions<MassTransitHostOptions>().Configure(options => options.WaitUntilStarted = waitUntilStarted);
        builder.Services.AddMassTransit(bus =>
        {
            register?.Invoke(bus);
            bus.AddMessagingResilience();
            bus.UsingRabbitMq((context, rabbit) =>
            {
                rabbit.Host(address);
                if (protectConsumers)
                    rabbit.UseMessagingResilience(context);
                factory(context, rabbit);
                if (register is not null)
                    rabbit.ConfigureEndpoints(context);
            });
        });
        IHost built = builder.Build();
        var bus = new RabbitBus(built);
        await built.StartAsync(TestContext.Current.CancellationToken);
        return bus;
    }

    public async ValueTask DisposeAsync()
    {
        await _scope.DisposeAsync();
        await _host.StopAsync(CancellationToken.None);
        Measured.Dispose();
        _host.Dispose();
    }
}
