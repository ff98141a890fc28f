using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>Adds the view into a RabbitMQ's dead letters.</summary>
public static class DeadLetterServiceCollectionExtensions
{
    /// <summary>Adds <see cref="IDeadLetterInspector"/> for the given broker. It connects when it is asked, not before.</summary>
    /// <param name="services">The host's services. Calling it again changes nothing.</param>
    /// <param name="broker">For example <c>amqp://user:password@host:5672/vhost</c>.</param>
    /// <exception cref="ArgumentException"><paramref name="broker"/> is not an AMQP address.</exception>
    public static IServiceCollection AddRabbitMqDeadLetters(this IServiceCollection services, Uri broker)
    {
        ArgumentNullException.ThrowIfNull(services);

        DeadLetterInspector inspector = new(BrokerAddress.From(broker), DeadLetterInspector.DefaultPatience);
        services.TryAddSingleton<IDeadLetterInspector>(inspector);
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
}
