using MassTransit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>A host with an in-memory bus under profiles that are quick enough for a test.</summary>
internal sealed class TestBus : IAsyncDisposable
{
    private readonly IHost _host;
    private readonly AsyncServiceScope _scope;
    private readonly Deliveries _deliveries = new();

    private TestBus(IHost host)
    {
        _host = host;
        _scope = host.Services.CreateAsyncScope();
        Measured = new(host.Services);
        Bus.ConnectReceiveObserver(_deliveries);
    }

    // Quick where a test waits for it, generous where it does not: on a busy machine a first call takes seconds.
    public static Dictionary<string, string?> QuickProfile { get; } = Settings.Of(
        "user:Retry:InitialDelay=00:00:00.005", "user:Retry:MaxDelay=00:00:00.005", "user:Timeout:DefaultTimeout=00:01:00",
        "session:Retry:InitialDelay=00:00:00.005", "session:Retry:MaxDelay=00:00:00.005", "session:Timeout:DefaultTimeout=00:01:00");

    public IServiceProvider Services => _scope.ServiceProvider;

    public IBus Bus => Services.GetRequiredService<IBus>();

    public IMessagingResilience Resilience => Services.GetRequiredService<IMessagingResilience>();

    /// <summary>What the framework's meter counted in this host.</summary>
    public Measured Measured { get; }

    public ServiceSnapshot Snapshot(ResilienceSide side, string service = "user") =>
        Resilience.GetSnapshot().Single(snapshot => snapshot.Side == side && snapshot.Service == service);

    public IRequestClient<T> Client<T>()
        where T : class =>
        Services.GetRequiredService<IRequestClient<T>>();

    /// <summary>Ends when so many deliveries from a queue have been taken from it.</summary>
    public Task TakenAsync(string queue, int count) =>
        _deliveries.BegunAsync(queue, count, TestContext.Current.CancellationToken);

    /// <summary>Ends when so many deliveries from a queue are over: acknowledged, or moved to the error queue.</summary>
    public Task DeliveredAsync(string queue, int count = 1) =>
        _deliveries.EndedAsync(queue, count, TestContext.Current.CancellationToken);

    /// <summary>What so many deliveries from a queue left in its error and its skipped queue, which the test has to watch.</summary>
    public async Task<DeadLetters> DeadLettersAsync(string queue, int deliveries = 1)
    {
        await DeliveredAsync(queue, deliveries);
        return await Services.GetRequiredKeyedService<WatchedQueues>(queue).ReadAsync(Bus, TestContext.Current.CancellationToken);
    }

    /// <summary>The next thing that arrives in the error queue of a queue the test watches.</summary>
    public Task<Headers> ErrorAsync(string queue) =>
        Services.GetRequiredKeyedService<WatchedQueues>(queue).NextErrorAsync(TestContext.Current.CancellationToken);

    /// <param name="bus">Adds to <c>AddMassTransit</c>.</param>
    /// <param name="factory">Adds to <c>UsingInMemory</c>.</param>
    /// <param name="resilience">Adds to <c>services.AddMessagingResilience</c>.</param>
    /// <param name="settings">Configuration over <see cref="QuickProfile"/>.</param>
    /// <param name="watch">The queue whose error and skipped queue the test reads.</param>
    /// <param name="protectConsumers">Whether the bus has the consume filter.</param>
    public static async Task<TestBus> StartAsync(
        Action<IBusRegistrationConfigurator> bus,
        Action<IBusRegistrationContext, IInMemoryBusFactoryConfigurator>? factory = null,
        Action<IMessagingResilienceBuilder>? resilience = null,
        Dictionary<string, string?>? settings = null,
        string? watch = null,
        bool protectConsumers = true)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new() { EnvironmentName = "Testing" });
        builder.Logging.ClearProviders();
        builder.Configuration.AddInMemoryCollection(QuickProfile);
        builder.Configuration.AddInMemoryCollection(settings);
        IMessagingResilienceBuilder added = builder.Services.AddMessagingResilience(builder.Configuration);
        resilience?.Invoke(added);
        WatchedQueues? watched = watch is null ? null : new(watch);
        if (watched is not null)
            builder.Services.AddKeyedSingleton(watch, watched);
        builder.Services.AddMassTransit(configurator =>
        {
            bus(configurator);
            configurator.AddMessagingResilience();
            configurator.UsingInMemory((context, memory) =>
            {
                if (protectConsumers)
                    memory.UseMessagingResilience(context);
                watched?.Configure(memory);
                factory?.Invoke(context, memory);
                memory.ConfigureEndpoints(context);
            });
        });
        IHost host = builder.Build();
        await host.StartAsync(TestContext.Current.CancellationToken);
        return new(host);
    }

    /// <summary>Stops the host as a signal would.</summary>
    public Task StopAsync() => _host.StopAsync(TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _scope.DisposeAsync();
        await _host.StopAsync(CancellationToken.None);
        Measured.Dispose();
        _host.Dispose();
    }
}
