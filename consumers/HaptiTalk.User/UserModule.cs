using HaptiTalk.Hosting;
using MassTransit;

namespace HaptiTalk.User;

/// <summary>The user service: who somebody is.</summary>
public sealed class UserModule : IServiceModule
{
    internal const string ServiceName = "user";

    /// <inheritdoc/>
    public string Name => ServiceName;

    /// <inheritdoc/>
    public int DefaultPort => 3004;

    /// <inheritdoc/>
    public void AddServices(IServiceCollection services, IConfiguration configuration) =>
        services.AddStore<IUserStore, SqliteUserStore>(Name, configuration);

    /// <inheritdoc/>
    public void AddConsumers(IBusRegistrationConfigurator bus)
    {
        bus.AddConsumer<GetUserProfileConsumer>(this);
        bus.AddConsumer<UpdateUserProfileConsumer>(this);
    }
}
