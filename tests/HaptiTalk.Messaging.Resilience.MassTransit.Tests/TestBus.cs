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

    private TestBus(IHost host)
    {
        _host = host;
        _scope = host.Services.CreateAsyncScope();
    }

    public static Dictionary<string, string?> QuickProfile { get; } = new(StringComparer.Ordinal)
    {
        ["Resilience:Profiles:user:Retry:InitialDelay"] = "00:00:00.005",
        ["Resilience:Profiles:user:Retry:MaxDelay"] = "00:00:00.005",
        ["Resilience:Profiles:user:Timeout:DefaultTimeout"] = "00:00:05",
    };

    public IServiceProvider Services => _scope.ServiceProvider;

    public IBus Bus => Services.GetRequiredService<IBus>();

    public IMessagingResilience Resilience => Services.GetRequiredService<IMessagingResilience>();

    public ServiceSnapshot Snapshot(ResilienceSide side, string service = "user") =>
        Resilience.GetSnapshot().Single(snapshot => snapshot.Side == side && snapshot.Service == service);

    public IRequestClient<T> Client<T>()
        where T : class =>
        Services.GetRequiredService<IRequestClient<T>>();

    public static async Task<TestBus> StartAsync(
        Action<IBusRegistrationConfigurator> bus,
        Action<IBusRegistrationContext, IInMemoryBusFactoryConfigurator>? factory = null,
        Action<IMessagingResilienceBuilder>? resilience = null,
        Dictionary<string, string?>? settings = null)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new() { EnvironmentName = "Testing" });
        builder.Logging.ClearProviders();
        builder.Configuration.AddInMemoryCollection(QuickProfile);
        builder.Configuration.AddInMemoryCollection(settings);
        IMessagingResilienceBuilder added = builder.Services.AddMessagingResilience(builder.Configuration);
        resilience?.Invoke(added);
        builder.Services.AddMassTransit(configurator =>
        {
            bus(configurator);
            configurator.AddMessagingResilience();
            configurator.UsingInMemory((context, memory) =>
            {
                memory.UseMessagingResilience(context);
                factory?.Invoke(context, memory);
                memory.ConfigureEndpoints(context);
            });
        });
        IHost host = builder.Build();
        await host.StartAsync(TestContext.Current.CancellationToken);
        return new(host);
    }

    public async ValueTask DisposeAsync()
    {
        await _scope.DisposeAsync();
        await _host.StopAsync(CancellationToken.None);
        _host.Dispose();
    }
}
