using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>Adds the framework to a host.</summary>
public static class MessagingResilienceServiceCollectionExtensions
{
    /// <summary>The section that is read: <c>Resilience</c>.</summary>
    public const string SectionName = "Resilience";

    /// <summary>
    /// Adds the service profiles: the shipped six with the section <c>Resilience</c> over them, under the overlay of the host's
    /// environment. They are validated at start, and reloaded with all state kept when the configuration changes.
    /// </summary>
    /// <param name="services">The host's services. Calling it again changes nothing.</param>
    /// <param name="configuration">The host's configuration; its section <c>Resilience</c> may be missing.</param>
    /// <exception cref="InvalidProfilesException">Thrown when the host starts, listing every problem at once.</exception>
    public static IMessagingResilienceBuilder AddMessagingResilience(this IServiceCollection services, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configuration);

        services.AddMetrics();
        services.AddLogging();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(provider => new ProfileCatalog(
            configuration,
            provider.GetService<IHostEnvironment>()?.EnvironmentName ?? Environments.Production,
            provider.GetRequiredService<ILoggerFactory>(),
            provider.GetRequiredService<DecisionEvents>(),
            provider.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton<ResilienceEvents>();
        services.TryAddSingleton<DecisionEvents>();
        services.TryAddSingleton<PausedEndpoints>();
        services.TryAddSingleton<LostBrokers>();
        services.TryAddSingleton<BrokerTelemetry>();
        services.TryAddSingleton<ResilienceTelemetry>();
        services.TryAddSingleton<CustomPolicies>();
        services.TryAddSingleton(static provider => ProcessPauses.Of(provider.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton<ServiceStates>();
        services.TryAddSingleton<ControlHistory>();
        services.TryAddSingleton<OngoingWork>();
        services.TryAddSingleton<IResilienceControl, ResilienceControl>();
        services.TryAddSingleton<FallbackRegistry>();
        services.TryAddSingleton<IMessagingResilience, MessagingResilience>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, ProfileStartup>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, OngoingWork>(static provider => provider.GetRequiredService<OngoingWork>()));
        return new MessagingResilienceBuilder(services);
    }

    private sealed record MessagingResilienceBuilder(IServiceCollection Services) : IMessagingResilienceBuilder;
}
