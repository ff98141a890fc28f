using HaptiTalk.Messaging.Resilience.Monitoring;
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
    /// <param name="services">The host's services. Calling it again with the same settings changes nothing.</param>
    /// <param name="configuration">
    /// The host's configuration, whose section <c>Resilience</c> may be missing; or a section of it, which then is read in its place.
    /// Of a section's files nothing is reported that cannot be read again.
    /// </param>
    /// <exception cref="InvalidOperationException">It was called before with other settings.</exception>
    /// <exception cref="InvalidProfilesException">Thrown when the host starts, listing every problem at once.</exception>
    public static IMessagingResilienceBuilder AddMessagingResilience(this IServiceCollection services, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configuration);
        var source = new SettingsSource(configuration);
        if (services.LastOrDefault(static service => service.ServiceType == typeof(SettingsSource))?.ImplementationInstance is SettingsSource first && !first.SaysTheSame(source))
        {
            throw new InvalidOperationException(
                "AddMessagingResilience was called before with other settings, and those are in force. "
                + "Put all settings into one configuration, and give each call the same.");
        }

        services.TryAddSingleton(source);
        services.AddMetrics();
        services.AddLogging();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(provider => new ProfileCatalog(
            provider.GetRequiredService<SettingsSource>(),
            provider.GetRequiredService<PolicyOrder>().Policies,
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
        services.TryAddSingleton(static provider => new PolicyOrder(PolicyOrder.All, provider.GetRequiredService<CustomPolicies>()));
        services.TryAddSingleton(static provider => ProcessPauses.Of(provider.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton<HostFrames>();
        services.TryAddSingleton<ServiceStates>();
        services.TryAddSingleton<ControlHistory>();
        services.TryAddSingleton<IResilienceControl, ResilienceControl>();
        services.TryAddSingleton<FallbackRegistry>();
        services.TryAddSingleton<IMessagingResilience, MessagingResilience>();
        services.TryAddSingleton<IReplyFormat, JsonReplyFormat>();
        services.TryAddSingleton(static provider => new LastGoodReplies(
            provider, provider.GetRequiredService<IReplyFormat>(), provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILoggerFactory>()));
        services.TryAddSingleton(static provider => new TransportResilience(
            provider.GetRequiredService<ProfileCatalog>(),
            provider.GetRequiredService<ServiceStates>(),
            provider.GetRequiredService<FallbackRegistry>(),
            provider.GetRequiredService<PausedEndpoints>(),
            provider.GetRequiredService<BrokerTelemetry>(),
            provider.GetRequiredService<TimeProvider>()));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, LastGoodReplyLifetime>());
        services.TryAddSingleton<IResilienceMonitor, ResilienceMonitor>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, ProfileStartup>());
        return new MessagingResilienceBuilder(services);
    }

    /// <summary>Adds the service profiles with settings that are written in code and never change.</summary>
    /// <param name="services">The host's services.</param>
    /// <param name="configure">
    /// Writes them: keys as they stand below the section <c>Resilience</c>, for example <c>Profiles:user:Retry:MaxRetries</c>, and values
    /// as texts.
    /// </param>
    /// <inheritdoc cref="AddMessagingResilience(IServiceCollection, IConfiguration)" path="/exception"/>
    public static IMessagingResilienceBuilder AddMessagingResilience(
        this IServiceCollection services, Action<IDictionary<string, string?>> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        var settings = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        configure(settings);
        return services.AddMessagingResilience(new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(static setting => KeyValuePair.Create($"{SectionName}:{setting.Key}", setting.Value)))
            .Build());
    }

    private sealed record MessagingResilienceBuilder(IServiceCollection Services) : IMessagingResilienceBuilder;
}
