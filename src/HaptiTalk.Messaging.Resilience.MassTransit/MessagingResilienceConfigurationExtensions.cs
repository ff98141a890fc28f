using MassTransit;
using Microsoft.Extensions.DependencyInjection;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>Protects consumers.</summary>
public static class MessagingResilienceConfigurationExtensions
{
    /// <summary>
    /// Runs every consumer, saga and handler configured here under its service's profile. On the bus it covers every endpoint;
    /// on one endpoint, or in a consumer definition, that endpoint alone and in place of the bus's. Call it before other
    /// middleware, so that it stands outermost, and on the bus before any endpoint. Calling it twice changes nothing.
    /// </summary>
    /// <param name="configurator">The bus or a receive endpoint.</param>
    /// <param name="context">The registration context that <c>UsingRabbitMq</c> or a consumer definition hands out.</param>
    /// <param name="service">
    /// The profile to apply. Default: the consumer's <see cref="ServiceProfileAttribute"/>, then <c>Resilience:Service</c>, then the
    /// profile of the message.
    /// </param>
    /// <exception cref="ConfigurationException">
    /// <c>AddMessagingResilience</c> was not called on the bus or on the services, or this endpoint is excluded.
    /// </exception>
    public static void UseMessagingResilience(this IConsumePipeConfigurator configurator, IRegistrationContext context, string? service = null)
    {
        ArgumentNullException.ThrowIfNull(configurator);
        EndpointServices endpoints = EndpointsOf(context);
        if (!endpoints.TryProtect(configurator))
            return;

        var binding = new ConsumeBinding(endpoints, service, isBusWide: configurator is not IReceiveEndpointConfigurator);
        _ = new ConsumeFilterObserver(configurator, context.GetRequiredService<ConsumeProtection>(), binding);
    }

    /// <summary>
    /// Leaves everything on this endpoint to MassTransit alone: no service profile is applied here, though the bus has
    /// <see cref="UseMessagingResilience"/>, and its consumers are not listed as unprotected at start. To leave out a single
    /// consumer, put <see cref="ExcludeFromMessagingResilienceAttribute"/> on it. Calling it twice changes nothing.
    /// </summary>
    /// <param name="configurator">The receive endpoint.</param>
    /// <param name="context">The registration context that <c>UsingRabbitMq</c> or a consumer definition hands out.</param>
    /// <exception cref="ConfigurationException">
    /// <c>AddMessagingResilience</c> was not called on the bus or on the services, or <see cref="UseMessagingResilience"/> was
    /// called on this very endpoint.
    /// </exception>
    public static void ExcludeFromMessagingResilience(this IReceiveEndpointConfigurator configurator, IRegistrationContext context)
    {
        ArgumentNullException.ThrowIfNull(configurator);
        EndpointsOf(context).Of(configurator).Exclude();
    }

    private static EndpointServices EndpointsOf(IRegistrationContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        RegistrationCheck.ThrowIfIncomplete(context);
        return context.GetRequiredService<EndpointServices>();
    }
}
