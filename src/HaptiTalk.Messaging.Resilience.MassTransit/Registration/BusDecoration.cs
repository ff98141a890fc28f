using MassTransit;
using MassTransit.Configuration;
using MassTransit.DependencyInjection;
using MassTransit.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>Puts the framework around what the container hands out of one bus.</summary>
internal abstract class BusDecoration
{
    /// <summary>For the bus that is being configured.</summary>
    public static BusDecoration Of(IBusRegistrationConfigurator bus)
    {
        Type busType = bus.GetType().GetInterfaces()
            .FirstOrDefault(type => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IBusRegistrationConfigurator<>))
            ?.GetGenericArguments()[0] ?? typeof(IBus);
        return (BusDecoration)Activator.CreateInstance(typeof(BusDecoration<>).MakeGenericType(busType))!;
    }

    /// <summary>Of several buses, only those are known by now that have been configured so far: each bus is decorated by itself, once.</summary>
    public abstract void Apply(IServiceCollection services);
}

internal sealed class BusDecoration<TBus> : BusDecoration
    where TBus : class, IBus
{
    public override void Apply(IServiceCollection services)
    {
        // A test harness takes some of what stands here out again, and leaves the rest.
        Decorate<IScopedBusContextProvider<TBus>>(services, static (inner, provider) => new ResilientScopedBusContextProvider<TBus>(inner, provider));

        // MassTransit's IClientFactory, and that of each further bus, is taken from here.
        Decorate<Bind<TBus, IClientFactory>>(services, static (inner, provider) => Bind<TBus>.Create<IClientFactory>(
            new ResilientBusClientFactory(inner.Value, provider.GetRequiredService<Bind<TBus, RequestProtection>>().Value)));
        if (services.Any(static service => service.ServiceType == typeof(Bind<TBus, RequestProtection>)))
            return;

        services.AddSingleton(static provider => Bind<TBus>.Create(provider.GetRequiredService<BrokerWatches>().Of(provider.GetRequiredService<TBus>())));
        services.AddSingleton(static provider => Bind<TBus>.Create(ActivatorUtilities.CreateInstance<RequestProtection>(
            provider,
            provider.GetRequiredService<Bind<TBus, BrokerState>>().Value,
            provider.GetRequiredService<BrokerWatches>().RepliesOf(provider.GetRequiredService<TBus>()))));

        services.AddSingleton<IProtectedBus<TBus>>(static provider => new ProtectedBus<TBus>(
            provider.GetRequiredService<TBus>(),
            provider.GetRequiredService<SendProtection>().Of(provider.GetRequiredService<Bind<TBus, BrokerState>>().Value),
            provider.GetRequiredService<Bind<TBus, IClientFactory>>().Value));
        if (typeof(TBus) == typeof(IBus))
            services.AddSingleton<IProtectedBus>(static provider => provider.GetRequiredService<IProtectedBus<IBus>>());

        // A bus is reviewed and watched only if it was told to be protected.
        services.AddSingleton(provider =>
        {
            ThrowIfReplaced(services, provider);
            return Specification<RegistrationReview>(provider);
        });
        services.AddSingleton(static provider => Specification<BrokerWatches>(provider));
    }

    // An outbox of the bus takes the place of what it finds registered.
    private static void ThrowIfReplaced(IServiceCollection services, IServiceProvider provider)
    {
        if (IsDecorated(Registered<IScopedBusContextProvider<TBus>>(services)))
            return;

        if (services.All(static service => service.ServiceType != typeof(ITestHarness)))
        {
            throw new ConfigurationException(
                "Something that was registered after bus.AddMessagingResilience() has taken its place: an outbox or a transactional bus does. "
                + "Nothing that this bus sends would be protected. Call bus.AddMessagingResilience() after it.");
        }

        RegistrationLog.HarnessTookItsPlace(provider.GetRequiredService<ILoggerFactory>().CreateLogger(TransportResilience.LogCategory));
    }

    private static Bind<TBus, IBusInstanceSpecification> Specification<T>(IServiceProvider provider)
        where T : class, IBusInstanceSpecification
    {
        RegistrationCheck.ThrowIfIncomplete(provider);
        return Bind<TBus>.Create<IBusInstanceSpecification>(provider.GetRequiredService<T>());
    }

    private static void Decorate<T>(IServiceCollection services, Func<T, IServiceProvider, T> decorate)
        where T : class
    {
        ServiceDescriptor inner = Registered<T>(services);
        if (IsDecorated(inner))
            return;

        services.Remove(inner);
        services.Add(ServiceDescriptor.Describe(typeof(T), new Decorator<T>(inner, decorate).Create, inner.Lifetime));
    }

    private static ServiceDescriptor Registered<T>(IServiceCollection services) => services.Last(static service => service.ServiceType == typeof(T));

    private static bool IsDecorated(ServiceDescriptor service) => service.ImplementationFactory?.Target is IDecorator;

    /// <summary>Tells a decorated registration from others.</summary>
    private interface IDecorator;

    private sealed class Decorator<T>(ServiceDescriptor inner, Func<T, IServiceProvider, T> decorate) : IDecorator
        where T : class
    {
        // Every scope makes one: what to make it with is looked for once.
        private readonly ObjectFactory? _create = inner.ImplementationType is { } type ? ActivatorUtilities.CreateFactory(type, Type.EmptyTypes) : null;

        public object Create(IServiceProvider provider) => decorate(
            (T)(inner.ImplementationInstance ?? inner.ImplementationFactory?.Invoke(provider) ?? _create!(provider, arguments: null)),
            provider);
    }
}
