using Microsoft.Extensions.DependencyInjection.Extensions;

namespace HaptiTalk.Demo;

internal static class Decoration
{
    /// <summary>Puts a decorator in place of a service that a module has registered by type.</summary>
    public static void Decorate<TService, TDecorator>(this IServiceCollection services)
        where TService : class
        where TDecorator : class, TService
    {
        ServiceDescriptor inner = services.Last(descriptor => descriptor.ServiceType == typeof(TService));
        services.Replace(ServiceDescriptor.Describe(
            typeof(TService),
            provider => ActivatorUtilities.CreateInstance<TDecorator>(provider, ActivatorUtilities.CreateInstance(provider, inner.ImplementationType!)),
            inner.Lifetime));
    }
}
