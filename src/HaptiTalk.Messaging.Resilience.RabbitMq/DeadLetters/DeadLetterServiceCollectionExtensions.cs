using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>Adds the dead-letter services of a RabbitMQ broker.</summary>
public static class DeadLetterServiceCollectionExtensions
{
    /// <summary>
    /// Adds <see cref="IDeadLetterInspector"/>, <see cref="IDeadLetterReplayer"/>, <see cref="IDeadLetterArchive"/>,
    /// <see cref="IDeadLetterMirror"/> and <see cref="IOngoingReplays"/> for the given broker. They connect when they are first used.
    /// </summary>
    /// <param name="services">The host's services. Calling it again changes nothing.</param>
    /// <param name="broker">For example <c>amqp://user:password@host:5672/vhost</c>.</param>
    /// <exception cref="ArgumentException"><paramref name="broker"/> is not an AMQP address.</exception>
    public static IServiceCollection AddRabbitMqDeadLetters(this IServiceCollection services, Uri broker)
    {
        ArgumentNullException.ThrowIfNull(broker);
        return services.AddRabbitMqDeadLetters(new DeadLetterOptions { Broker = broker });
    }

    /// <inheritdoc cref="AddRabbitMqDeadLetters(IServiceCollection, Uri)"/>
    /// <param name="services">The host's services. Calling it again changes nothing.</param>
    /// <param name="options">Which broker, and how it is asked.</param>
    /// <exception cref="ArgumentException">An address is not valid, or a number is out of its range.</exception>
    public static IServiceCollection AddRabbitMqDeadLetters(this IServiceCollection services, DeadLetterOptions options)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(options);

        // Wrong options fail here, and not at the first use.
        _ = DeadLetterAccess.From(options, TimeProvider.System);
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(static provider => provider.GetService<IMeterFactory>() is { } meters ? new DeadLetterTelemetry(meters) : DeadLetterTelemetry.None);
        services.TryAddSingleton(provider => new RabbitMqDeadLetters(
            options, provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<DeadLetterTelemetry>()));
        services.TryAddSingleton(static provider => provider.GetRequiredService<RabbitMqDeadLetters>().Inspector);
        services.TryAddSingleton(static provider => provider.GetRequiredService<RabbitMqDeadLetters>().Replayer);
        services.TryAddSingleton(static provider => provider.GetRequiredService<RabbitMqDeadLetters>().Archive);
        services.TryAddSingleton(static provider => provider.GetRequiredService<RabbitMqDeadLetters>().Mirror);
        services.TryAddSingleton<OngoingReplays>();
        services.TryAddSingleton<IOngoingReplays>(static provider => provider.GetRequiredService<OngoingReplays>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, OngoingReplays>(static provider => provider.GetRequiredService<OngoingReplays>()));
        return services;
    }

    /// <inheritdoc cref="AddRabbitMqDeadLetters(IServiceCollection, Uri)"/>
    /// <param name="builder">What <c>AddMessagingResilience</c> returned.</param>
    /// <param name="broker">For example <c>amqp://user:password@host:5672/vhost</c>.</param>
    public static IMessagingResilienceBuilder AddRabbitMqDeadLetters(this IMessagingResilienceBuilder builder, Uri broker)
    {
        ArgumentNullException.ThrowIfNull(builder);

        builder.Services.AddRabbitMqDeadLetters(broker);
        return builder;
    }

    /// <inheritdoc cref="AddRabbitMqDeadLetters(IServiceCollection, DeadLetterOptions)"/>
    /// <param name="builder">What <c>AddMessagingResilience</c> returned.</param>
    /// <param name="options">Which broker, and how it is asked.</param>
    public static IMessagingResilienceBuilder AddRabbitMqDeadLetters(this IMessagingResilienceBuilder builder, DeadLetterOptions options)
    {
        ArgumentNullException.ThrowIfNull(builder);

        builder.Services.AddRabbitMqDeadLetters(options);
        return builder;
    }

    /// <summary>
    /// Measures depth, arrivals and oldest age of the queues of dead letters now and then, under the meter
    /// <c>HaptiTalk.Messaging.Resilience</c>. Call it after <c>AddRabbitMqDeadLetters</c>, in one process of the system.
    /// </summary>
    /// <param name="services">The host's services.</param>
    /// <param name="options">How often, and which queues; null for the defaults.</param>
    /// <exception cref="ArgumentOutOfRangeException">The interval is out of its range.</exception>
    public static IServiceCollection AddDeadLetterMetrics(this IServiceCollection services, DeadLetterMetricsOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        options ??= new();
        ArgumentGuard.Range(options.Interval.TotalSeconds, 1, TimeSpan.FromDays(1).TotalSeconds, nameof(options), nameof(options.Interval));

        services.AddMetrics();
        services.AddHostedService(provider => ActivatorUtilities.CreateInstance<DeadLetterSampler>(provider, options));
        return services;
    }

    /// <inheritdoc cref="AddDeadLetterMetrics(IServiceCollection, DeadLetterMetricsOptions?)"/>
    /// <param name="builder">What <c>AddMessagingResilience</c> returned.</param>
    /// <param name="options">How often, and which queues; null for the defaults.</param>
    public static IMessagingResilienceBuilder AddDeadLetterMetrics(this IMessagingResilienceBuilder builder, DeadLetterMetricsOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(builder);

        builder.Services.AddDeadLetterMetrics(options);
        return builder;
    }
}
