using MassTransit;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>What a scope gets from MassTransit 9 beyond what 8 gives. Nothing here writes to the broker by itself.</summary>
internal sealed partial class ResilientScopedBusContextProvider<TBus>
{
    // Not protected with 8 either: an injected IPublishEndpoint is.
    public IPublishEndpointProvider PublishEndpointProvider => inner.Context.PublishEndpointProvider;

    public IServiceProvider ServiceProvider => inner.Context.ServiceProvider;
}
