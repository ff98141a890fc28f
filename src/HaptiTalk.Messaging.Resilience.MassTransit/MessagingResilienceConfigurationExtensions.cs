using MassTransit;
using Microsoft.Extensions.DependencyInjection;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>Protects consumers.</summary>
public static class MessagingResilienceConfigurationExtensions
{
    /// <summary>
    /// Runs every consumer, saga and handler configured here under its service's profile, batch consumers excepted. On the bus it covers every endpoint;
    /// on one endpoint, or in a consumer definition, that endpoint alone and in place of the bus's. Call it before other
    /// middleware, so that it stands outermost. Calling it twice changes nothing.
    /// </summary>
    /// <param name="configurator">The bus or a receive endpoint.</param>
    /// <param name="context">The registration context that <c>UsingRabbitMq</c> or a consumer definition hands out.</param>
    /// <param name="service">
    /// The profile to apply. Default: the consumer's <see cref="ServiceProfileAttribute"/>, then <c>Resilience:Service</c>, then the
    /// profile of the message.
    /// </param>
    /// <exception cref="ConfigurationException"><c>AddMessagingResilience</c> was not called on the bus or on the services.</exception>
    public static void UseMessagingResilience(this IConsumePipeConfigurator configurator, IRegistrationContext context, string? service = null)
    {
        ArgumentNullException.ThrowIfNull(configurator);
        ArgumentNullException.ThrowIfNull(context);
        RegistrationCheck.ThrowIfIncomplete(context);

        ConsumeProtection protection = context.GetRequiredService<ConsumeProtection>();
        EndpointServices endpoints = context.GetRequiredService<EndpointServices>();
        if (!endpoints.TryProtect(configurator))
            return;

        bool isBusWide = configurator is not IReceiveEndpointConfigurator;
        if (isBusWide)
            configurator.ConnectConsumerConfigurationObserver(new ConsumerLearner(endpoints, inputAddress: null));
        _ = new ConsumeFilterObserver(configurator, protection, new ConsumeBinding(endpoints, service, isBusWide));
    }
}
