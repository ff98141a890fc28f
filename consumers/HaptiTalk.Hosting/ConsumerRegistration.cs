using MassTransit;

namespace HaptiTalk.Hosting;

/// <summary>How a service's consumers get their queues.</summary>
public static class ConsumerRegistration
{
    /// <summary>
    /// Adds a consumer on the queue <c>{service}-{consumer}</c>, for example <c>user-get-user-profile</c>.
    /// Two services that consume the same event must not share a queue, or each would see half of the events.
    /// </summary>
    public static void AddConsumer<TConsumer>(this IBusRegistrationConfigurator bus, IServiceModule module)
        where TConsumer : class, IConsumer
    {
        string queue = $"{module.Name}-{KebabCaseEndpointNameFormatter.Instance.Consumer<TConsumer>()}";
        bus.AddConsumer<TConsumer>().Endpoint(endpoint => endpoint.Name = queue);
    }
}
