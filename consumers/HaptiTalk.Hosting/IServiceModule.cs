using HaptiTalk.Messaging.Resilience;
using MassTransit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace HaptiTalk.Hosting;

/// <summary>One HaptiTalk service: what it needs and what it consumes. It knows neither the broker nor who else runs in its process.</summary>
public interface IServiceModule
{
    /// <summary>What the service is called, in its profile, its queues and its database: <c>user</c>.</summary>
    string Name { get; }

    /// <summary>Where its web endpoints listen unless the configuration says otherwise.</summary>
    int DefaultPort { get; }

    /// <summary>Adds the store and whatever else the consumers need.</summary>
    void AddServices(IServiceCollection services, IConfiguration configuration);

    /// <summary>Adds the consumers, each on a queue of its own, and the clients of the services they call.</summary>
    void AddConsumers(IBusRegistrationConfigurator bus);

    /// <summary>Adds what stands in for the replies of the services it calls, where anything sensible can.</summary>
    void AddFallbacks(IMessagingResilienceBuilder resilience)
    {
    }
}
