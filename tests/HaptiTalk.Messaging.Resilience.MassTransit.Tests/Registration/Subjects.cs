using MassTransit;

namespace HaptiTalk.Messaging.Resilience.Tests;

internal sealed class PlainConsumer(Callee callee) : IConsumer<Ask>
{
    public Task Consume(ConsumeContext<Ask> context) => callee.ConsumeAsync(context);
}

[ExcludeFromMessagingResilience]
internal sealed class ExcludedConsumer(Callee callee) : IConsumer<Ask>
{
    public Task Consume(ConsumeContext<Ask> context) => callee.ConsumeAsync(context);
}

/// <summary>Waits to be told how its definition is written.</summary>
internal sealed class Definition(Action<IReceiveEndpointConfigurator, IConsumerConfigurator<PlainConsumer>, IRegistrationContext> configure)
    : ConsumerDefinition<PlainConsumer>
{
    protected override void ConfigureConsumer(
        IReceiveEndpointConfigurator endpointConfigurator, IConsumerConfigurator<PlainConsumer> consumerConfigurator, IRegistrationContext context) =>
        configure(endpointConfigurator, consumerConfigurator, context);
}
