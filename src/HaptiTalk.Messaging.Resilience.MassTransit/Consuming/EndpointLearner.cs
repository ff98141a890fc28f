using MassTransit;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>Notes which consumers an endpoint gets, while it is configured.</summary>
internal sealed class EndpointLearner(EndpointServices endpoints) : IConfigureReceiveEndpoint
{
    public void Configure(string name, IReceiveEndpointConfigurator configurator) =>
        configurator.ConnectConsumerConfigurationObserver(new ConsumerLearner(endpoints, configurator.InputAddress));
}

internal sealed class ConsumerLearner(EndpointServices endpoints, Uri? inputAddress) : IConsumerConfigurationObserver
{
    public void ConsumerConfigured<TConsumer>(IConsumerConfigurator<TConsumer> configurator)
        where TConsumer : class
    {
    }

    public void ConsumerMessageConfigured<TConsumer, TMessage>(IConsumerMessageConfigurator<TConsumer, TMessage> configurator)
        where TConsumer : class
        where TMessage : class =>
        endpoints.Learn(inputAddress, typeof(TMessage), typeof(TConsumer));
}
