using HaptiTalk.Contracts;
using HaptiTalk.Hosting;
using HaptiTalk.Messaging.Resilience;
using MassTransit;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace HaptiTalk.Auth;

/// <summary>The auth service: whom a token lets in.</summary>
public sealed class AuthModule : IServiceModule
{
    internal const string ServiceName = "auth";

    /// <inheritdoc/>
    public string Name => ServiceName;

    /// <inheritdoc/>
    public int DefaultPort => 3001;

    /// <inheritdoc/>
    public void AddServices(IServiceCollection services, IConfiguration configuration)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(TokenLifetime.Read(configuration));
        services.AddStore<ITokenStore, SqliteTokenStore>(Name, configuration);
    }

    /// <inheritdoc/>
    public void AddConsumers(IBusRegistrationConfigurator bus)
    {
        bus.AddConsumer<IssueTokenConsumer>(this);
        bus.AddConsumer<ValidateTokenConsumer>(this);
        bus.AddRequestClient<GetUserProfile>();
    }

    /// <inheritdoc/>
    public void AddFallbacks(IMessagingResilienceBuilder resilience) =>
        resilience.AddFallback<GetUserProfile, UserProfile>(
            (context, _) => ValueTask.FromResult(UserProfile.Unnamed(context.Request.UserId)),
            ResilienceSide.Client);
}
