using MassTransit;
using Microsoft.Extensions.DependencyInjection;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>The framework is added in two places, to the host and to the bus; this says which one was forgotten.</summary>
internal static class RegistrationCheck
{
    public static void ThrowIfIncomplete(IServiceProvider provider)
    {
        // The bus's part needs the host's: it can be asked for only where that is there.
        if (provider.GetService<TransportResilience>() is null || provider.GetService<ConsumeProtection>() is null)
        {
            throw new ConfigurationException(
                "Messaging resilience needs bus.AddMessagingResilience() inside AddMassTransit, and services.AddMessagingResilience(configuration).");
        }
    }
}
