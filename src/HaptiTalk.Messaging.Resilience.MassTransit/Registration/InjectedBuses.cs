using System.Reflection;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>
/// Finds the services of the host that have the bus itself injected. What they publish or send through it no profile protects, and
/// nothing else would say so. It looks at registrations and makes nothing.
/// </summary>
internal sealed class InjectedBuses(IServiceCollection services)
{
    private static readonly Assembly[] Ours = [typeof(InjectedBuses).Assembly, typeof(TransportResilience).Assembly];

    private int _isTold;

    /// <summary>Their names for whoever asks first, be there several buses; nothing from then on.</summary>
    public IReadOnlyList<string> TakeNames() => Interlocked.Exchange(ref _isTold, 1) != 0
        ? []
        :
        [
            .. services.Select(static service => service.IsKeyedService ? service.KeyedImplementationType : service.ImplementationType)
                .OfType<Type>()
                .Where(static type => IsOfTheHost(type) && TakesABus(type))
                .Select(TypeNames.Of)
                .Distinct()
                .Order(StringComparer.Ordinal),
        ];

    // A bus of its own takes the one it is made of.
    private static bool IsOfTheHost(Type type) =>
        !typeof(IBus).IsAssignableFrom(type) && !Ours.Contains(type.Assembly) && !BuiltInConsumers.IsOfMassTransit(type);

    private static bool TakesABus(Type type)
    {
        try
        {
            return type.GetConstructors().SelectMany(static constructor => constructor.GetParameters())
                .Any(static parameter => parameter.ParameterType.IsInterface && typeof(IBus).IsAssignableFrom(parameter.ParameterType));
        }
        catch (Exception unreadable) when (unreadable is IOException or TypeLoadException or BadImageFormatException)
        {
            // An assembly of a parameter is missing: whoever makes the service will say so.
            return false;
        }
    }
}
