using HaptiTalk.Contracts;
using HaptiTalk.Hosting;
using HaptiTalk.Messaging.Resilience;
using MassTransit;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace HaptiTalk.Session;

/// <summary>The session service: which conversations HaptiTalk listens to.</summary>
public sealed class SessionModule : IServiceModule
{
    internal const string ServiceName = "session";

    /// <inheritdoc/>
    public string Name => ServiceName;

    /// <inheritdoc/>
    public int DefaultPort => 3003;

    /// <inheritdoc/>
    public void AddServices(IServiceCollection services, IConfiguration configuration)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddStore<ISessionStore, SqliteSessionStore>(Name, configuration);
        services.AddScoped<SessionOwner>();
    }

    /// <inheritdoc/>
    public void AddConsumers(IBusRegistrationConfigurator bus)
    {
        bus.AddConsumer<GetSessionInfoConsumer>(this);
        bus.AddConsumer<StartSessionConsumer>(this);
        bus.AddConsumer<EndSessionConsumer>(this);
        bus.AddConsumer<FeedbackDeliveredConsumer>(this);
        bus.AddRequestClient<GetUserProfile>();
    }

    /// <inheritdoc/>
    public void AddFallbacks(IMessagingResilienceBuilder resilience) =>
        resilience.AddFallback<GetUserProfile, UserProfile>(
            (context, _) => ValueTask.FromResult(UserProfile.Unnamed(context.Request.UserId)),
            ResilienceSide.Client);
}
