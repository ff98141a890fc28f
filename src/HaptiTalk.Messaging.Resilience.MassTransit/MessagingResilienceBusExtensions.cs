using MassTransit;
using MassTransit.Transports;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>Protects what a bus sends.</summary>
public static class MessagingResilienceBusExtensions
{
    /// <summary>
    /// Runs what is sent through injected <c>IRequestClient&lt;T&gt;</c>, <c>IScopedClientFactory</c>, <c>IClientFactory</c>,
    /// <c>IPublishEndpoint</c> and <c>ISendEndpointProvider</c> under service profiles, and prepares <c>UseMessagingResilience</c>. Of the
    /// bus's other registrations only an outbox of the bus and a transactional bus have to come before it.
    /// </summary>
    /// <param name="bus">
    /// The configurator inside <c>AddMassTransit</c> or <c>AddMassTransitTestHarness</c>. Calling it again changes nothing.
    /// </param>
    /// <remarks><c>services.AddMessagingResilience(configuration)</c> is needed as well; without it the host does not start.</remarks>
    public static IBusRegistrationConfigurator AddMessagingResilience(this IBusRegistrationConfigurator bus)
    {
        ArgumentNullException.ThrowIfNull(bus);
        bus.TryAddSingleton(provider => new EndpointServices(
            () => provider.GetServices<IBusInstance>().Select(instance => instance.Bus.Address)));
        bus.TryAddSingleton<BrokerWatches>();
        bus.TryAddSingleton<SendProtection>();
        bus.TryAddSingleton<HeldEndpoints>();
        bus.AddReceiveEndpointObserver(Observer<HeldEndpoints>);
        bus.AddBusObserver(Observer<HeldEndpoints>);
        bus.AddReceiveEndpointObserver(Observer<BrokerWatches>);
        bus.AddBusObserver(Observer<BrokerWatches>);
        bus.AddSendObserver<RefusedWrites>();
        bus.AddPublishObserver<RefusedWrites>();
        bus.Replace(ServiceDescriptor.Singleton<IReplyFormat, MassTransitReplyFormat>());
        bus.AddSingleton(new LibraryAssemblies(["MassTransit", "RabbitMQ"], ["HaptiTalk.Messaging.Resilience.MassTransit"]));
        bus.TryAddSingleton<ConsumeProtection>();
        bus.TryAddSingleton(new ExcludedConsumers(bus));
        bus.TryAddSingleton(new InjectedBuses(bus));
        bus.TryAddSingleton<RegistrationReview>();
        BusDecoration.Of(bus).Apply(bus);
        return bus;
    }

    // Observers are asked for when the bus is made: what is missing is said then, not with the first message.
    private static T Observer<T>(IServiceProvider provider)
        where T : class
    {
        RegistrationCheck.ThrowIfIncomplete(provider);
        return provider.GetRequiredService<T>();
    }
}
