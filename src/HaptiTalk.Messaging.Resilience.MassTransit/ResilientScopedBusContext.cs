using MassTransit;
using MassTransit.DependencyInjection;
using Microsoft.Extensions.DependencyInjection;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>
/// What a scope gets from a bus. Every injected <c>IRequestClient&lt;T&gt;</c>, <c>IScopedClientFactory</c>, <c>IPublishEndpoint</c>
/// and <c>ISendEndpointProvider</c> comes through here, so decorating this one service covers them all, in whatever order
/// they were registered.
/// </summary>
internal sealed partial class ResilientScopedBusContextProvider<TBus>(IScopedBusContextProvider<TBus> inner, IServiceProvider provider)
    : IScopedBusContextProvider<TBus>, ScopedBusContext
    where TBus : class, IBus
{
    private IScopedClientFactory? _clientFactory;
    private IPublishEndpoint? _publishEndpoint;
    private ISendEndpointProvider? _sendEndpointProvider;

    public ScopedBusContext Context => this;

    public IScopedClientFactory ClientFactory => _clientFactory ??= new ResilientClientFactory(
        inner.Context.ClientFactory, provider.GetRequiredService<Bind<TBus, RequestProtection>>().Value, Consuming);

    public IPublishEndpoint PublishEndpoint => _publishEndpoint ??= IsWrittenElsewhere
        ? inner.Context.PublishEndpoint
        : new ResilientPublishEndpoint(inner.Context.PublishEndpoint, Sender);

    public ISendEndpointProvider SendEndpointProvider => _sendEndpointProvider ??= IsWrittenElsewhere
        ? inner.Context.SendEndpointProvider
        : new ResilientSendEndpointProvider(inner.Context.SendEndpointProvider, Sender);

    private Sender Sender => provider.GetRequiredService<SendProtection>().Of(provider.GetRequiredService<Bind<TBus, BrokerState>>().Value);

    // Inside a protected consumer everything that is sent goes through the attempt's own receive context, which protects it. A
    // provider that is not MassTransit's plain one is an outbox's: it writes to a database, whether the broker is there or not.
    private bool IsWrittenElsewhere =>
        inner is not ScopedBusContextProvider<TBus> || (Consuming is { } context && context.TryGetPayload(out IDeadlineContext? _));

    private ConsumeContext? Consuming => provider.GetService<IScopedConsumeContextProvider>() is { HasContext: true } scope ? scope.GetContext() : null;
}
