using HaptiTalk.Messaging.Resilience.Brokers;
using MassTransit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace HaptiTalk.Messaging.Resilience.BrokerBenchmarks.Soak;

/// <summary>
/// One service on a network link of its own, which can be stopped and started like a process: then it is another host with no memory
/// of the last. The services of a soak share this process, so that one look tells what all of them leave behind.
/// </summary>
internal sealed class SoakService(
    string name,
    string settingsFile,
    NetworkLink link,
    Action<IBusRegistrationConfigurator> register,
    Action<IRabbitMqBusFactoryConfigurator> configure) : IAsyncDisposable
{
    private IHost? _host;

    public string Name => name;

    public NetworkLink Link => link;

    public IServiceProvider Services => _host!.Services;

    /// <summary>Nothing while it is stopped.</summary>
    public IReadOnlyList<ServiceSnapshot> Snapshot => _host?.Services.GetRequiredService<IMessagingResilience>().GetSnapshot() ?? [];

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        IHost host = Build();
        await host.StartAsync(cancellationToken);
        _host = host;
    }

    public async Task StopAsync()
    {
        if (_host is not { } host)
            return;
        _host = null;
        await host.StopAsync(CancellationToken.None);
        host.Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await link.DisposeAsync();
    }

    private IHost Build()
    {
        // A name of its own, so that neither environment's overlay applies: the settings are those of the file.
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new() { EnvironmentName = "Benchmark" });
        builder.Logging.ClearProviders();
        builder.Configuration.AddJsonFile(settingsFile, optional: false, reloadOnChange: true);
        builder.Configuration["Resilience:Service"] = name;
        builder.Services.AddMessagingResilience(builder.Configuration);
        builder.Services.AddOptions<MassTransitHostOptions>().Configure(static options => options.WaitUntilStarted = true);
        builder.Services.AddMassTransit(bus =>
        {
            bus.AddMessagingResilience();
            register(bus);
            bus.UsingRabbitMq((context, rabbit) =>
            {
                rabbit.Host(link.Address);
                rabbit.UseMessagingResilience(context);
                configure(rabbit);
                rabbit.ConfigureEndpoints(context);
            });
        });
        return builder.Build();
    }
}
