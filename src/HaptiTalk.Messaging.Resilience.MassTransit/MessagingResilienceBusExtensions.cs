using System.Reflection;
using MassTransit;
using MassTransit.Configuration;
using MassTransit.DependencyInjection;
using MassTransit.Transports;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>Protects what a bus sends.</summary>
public static class MessagingResilienceBusExtensions
{
    /// <summary>
    /// Runs what is sent through injected <c>IRequestClient&lt;T&gt;</c>, <c>IScopedClientFactory</c>, <c>IClientFactory</c>,
    /// <c>IPublishEndpoint</c> and <c>ISendEndpointProvider</c> under service profiles, and prepares <c>UseMessagingResilience</c>. The order among the
    /// bus's other registrations does not matter.
    /// </summary>
    /// <param name="bus">The configurator inside <c>AddMassTransit</c>. Calling it again changes nothing.</param>
    /// <remarks><c>services.AddMessagingResilience(configuration)</c> is needed as well; without it the host does not start.</remarks>
    public static IBusRegistrationConfigurator AddMessagingResilience(this IBusRegistrationConfigurator bus)
    {
        ArgumentNullException.ThrowIfNull(bus);
        bus.TryAddSingleton(provider => new EndpointServices(
            () => provider.GetServices<IBusInstance>().Select(instance => instance.Bus.Address)));
        bus.TryAddSingleton<SendProtection>();
        bus.TryAddSingleton<Holding>();
        bus.TryAddSingleton<HeldEndpoints>();
        bus.AddReceiveEndpointObserver(Observer);
        bus.AddBusObserver(Observer);
        bus.TryAddSingleton<RequestProtection>();
        bus.TryAddSingleton<LastGoodReplies>();
        bus.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, LastGoodReplyLifetime>());
        bus.TryAddSingleton<ConsumeProtection>();
        bus.TryAddSingleton(new ExcludedConsumers(bus));
        bus.TryAddSingleton<RegistrationReview>();
        Type busType = bus.GetType().GetInterfaces()
            .FirstOrDefault(type => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IBusRegistrationConfigurator<>))
            ?.GetGenericArguments()[0] ?? typeof(IBus);
        if (TryDecorateScopedContexts(bus, busType))
        {
            DecorateClientFactory(bus, busType);
            AddReview(bus, busType);
        }

        return bus;
    }

    // Observers are asked for when the bus is made: what is missing is said then, not with the first message.
    private static HeldEndpoints Observer(IServiceProvider provider)
    {
        RegistrationCheck.ThrowIfIncomplete(provider);
        return provider.GetRequiredService<HeldEndpoints>();
    }

    // A bus is reviewed only if it was told to be protected.
    private static void AddReview(IBusRegistrationConfigurator bus, Type busType)
    {
        Type serviceType = typeof(Bind<,>).MakeGenericType(busType, typeof(IBusInstanceSpecification));
        bus.Add(ServiceDescriptor.Singleton(
            serviceType, provider => Activator.CreateInstance(serviceType, provider.GetRequiredService<RegistrationReview>())!));
    }

    // Of several buses, only those have a context provider by now that have been configured so far: each bus protects itself.
    private static bool TryDecorateScopedContexts(IBusRegistrationConfigurator bus, Type busType)
    {
        Type serviceType = typeof(IScopedBusContextProvider<>).MakeGenericType(busType);
        Type decoratorType = typeof(ResilientScopedBusContextProvider<>).MakeGenericType(busType);

        ServiceDescriptor inner = bus.Last(descriptor => descriptor.ServiceType == serviceType);
        if (inner.ImplementationFactory?.Target is ScopedContextDecorator)
            return false;

        bus.Remove(inner);
        bus.Add(ServiceDescriptor.Describe(serviceType, new ScopedContextDecorator(inner, decoratorType).Create, inner.Lifetime));
        return true;
    }

    // MassTransit's IClientFactory, and that of each further bus, is taken from here.
    private static void DecorateClientFactory(IBusRegistrationConfigurator bus, Type busType)
    {
        Type serviceType = typeof(Bind<,>).MakeGenericType(busType, typeof(IClientFactory));
        PropertyInfo value = serviceType.GetProperty(nameof(Bind<IBus, IClientFactory>.Value))!;
        ServiceDescriptor inner = bus.Last(descriptor => descriptor.ServiceType == serviceType);
        bus.Remove(inner);
        bus.Add(ServiceDescriptor.Singleton(serviceType, provider =>
        {
            var factory = (IClientFactory)value.GetValue(inner.ImplementationInstance ?? inner.ImplementationFactory!(provider))!;
            return Activator.CreateInstance(serviceType, new ResilientBusClientFactory(factory, provider.GetRequiredService<RequestProtection>()))!;
        }));
    }

    private sealed class ScopedContextDecorator(ServiceDescriptor inner, Type decoratorType)
    {
        public object Create(IServiceProvider provider)
        {
            object decorated = inner.ImplementationFactory?.Invoke(provider)
                ?? ActivatorUtilities.CreateInstance(provider, inner.ImplementationType!);
            return ActivatorUtilities.CreateInstance(provider, decoratorType, decorated);
        }
    }
}
