using HaptiTalk.Contracts;
using HaptiTalk.Hosting;
using MassTransit;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace HaptiTalk.Realtime;

/// <summary>The realtime service: which devices listen, and making them vibrate.</summary>
/// <remarks>It has no fallback for a token's validation: a device that nobody vouches for stays outside.</remarks>
public sealed class RealtimeModule : IServiceModule
{
    internal const string ServiceName = "realtime";

    /// <inheritdoc/>
    public string Name => ServiceName;

    /// <inheritdoc/>
    public int DefaultPort => 3002;

    /// <inheritdoc/>
    public void AddServices(IServiceCollection services, IConfiguration configuration)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddStore<IConnectionStore, SqliteConnectionStore>(Name, configuration);
    }

    /// <inheritdoc/>
    public void AddConsumers(IBusRegistrationConfigurator bus)
    {
        bus.AddConsumer<ConnectDeviceConsumer>(this);
        bus.AddConsumer<GetLiveConnectionsConsumer>(this);
        bus.AddConsumer<DeliverFeedbackConsumer>(this);
        bus.AddConsumer<SessionEndedConsumer>(this);
        bus.AddRequestClient<ValidateToken>();
    }
}
