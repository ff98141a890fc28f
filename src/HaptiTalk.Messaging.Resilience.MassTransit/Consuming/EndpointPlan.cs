using System.Collections.Concurrent;
using MassTransit;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>
/// One receive endpoint: whether it is protected or excluded, and what its consumers say about themselves. MassTransit tells
/// of them when it validates the configuration, so that it is enough to listen once the endpoint has been set up.
/// </summary>
internal sealed class EndpointPlan : IConsumerConfigurationObserver, ISagaConfigurationObserver, IHandlerConfigurationObserver
{
    private readonly ConcurrentDictionary<Type, Consumption> _consumed = new();
    private readonly IReceiveEndpointConfigurator _configurator;

    public EndpointPlan(IReceiveEndpointConfigurator configurator)
    {
        _configurator = configurator;
        configurator.ConnectConsumerConfigurationObserver(this);
        configurator.ConnectSagaConfigurationObserver(this);
        configurator.ConnectHandlerConfigurationObserver(this);
    }

    /// <summary>It has a filter of its own.</summary>
    public bool IsProtected { get; private set; }

    /// <summary>It is left to MassTransit.</summary>
    public bool IsExcluded { get; private set; }

    // On RabbitMQ an endpoint's settings are fixed as soon as its address has been asked for: only after configuration.
    public bool IsAt(Uri inputAddress) => _configurator.InputAddress == inputAddress;

    public bool IsOn(Uri busAddress, string endpointName) =>
        Uri.UnescapeDataString(_configurator.InputAddress.Segments[^1]) == endpointName && new Uri(_configurator.InputAddress, ".") == new Uri(busAddress, ".");

    public Consumption? Of(Type messageType) => _consumed.GetValueOrDefault(messageType);

    /// <param name="message">The type of what is consumed, as MassTransit shows it.</param>
    public bool Excludes(string message) => OfShown(message).Any(static consumption => consumption.IsExcluded);

    /// <summary>The profile that the consumers of a message name themselves.</summary>
    /// <param name="message">The type of what is consumed, as MassTransit shows it.</param>
    public string? ServiceOf(string message) =>
        OfShown(message).Select(static consumption => consumption.Service).FirstOrDefault(static service => service is not null);

    public bool TryProtect()
    {
        if (IsProtected)
            return false;

        IsProtected = true;
        ThrowIfContradictory();
        return true;
    }

    public void Exclude()
    {
        IsExcluded = true;
        ThrowIfContradictory();
    }

    void IConsumerConfigurationObserver.ConsumerConfigured<TConsumer>(IConsumerConfigurator<TConsumer> configurator)
    {
    }

    void IConsumerConfigurationObserver.ConsumerMessageConfigured<TConsumer, TMessage>(
        IConsumerMessageConfigurator<TConsumer, TMessage> configurator) =>
        Learn(BatchMessage.TypeIn(typeof(TMessage)) ?? typeof(TMessage), Consumption.By(typeof(TConsumer), typeof(TMessage)));

    void ISagaConfigurationObserver.SagaConfigured<TSaga>(ISagaConfigurator<TSaga> configurator)
    {
    }

    void ISagaConfigurationObserver.StateMachineSagaConfigured<TInstance>(
        ISagaConfigurator<TInstance> configurator, SagaStateMachine<TInstance> stateMachine)
    {
    }

    void ISagaConfigurationObserver.SagaMessageConfigured<TSaga, TMessage>(ISagaMessageConfigurator<TSaga, TMessage> configurator) =>
        Learn(typeof(TMessage), Consumption.By(typeof(TSaga), typeof(TMessage)));

    void IHandlerConfigurationObserver.HandlerConfigured<TMessage>(IHandlerConfigurator<TMessage> configurator) =>
        Learn(typeof(TMessage), Consumption.ByHandler);

    private IEnumerable<Consumption> OfShown(string message) =>
        from consumed in _consumed
        where TypeCache.GetShortName(typeof(ConsumeContext<>).MakeGenericType(consumed.Key)) == message
        select consumed.Value;

    private void Learn(Type messageType, Consumption consumption) => _consumed.AddOrUpdate(
        messageType, consumption, (_, known) => known.And(consumption, messageType, _configurator.InputAddress));

    private void ThrowIfContradictory()
    {
        if (IsProtected && IsExcluded)
        {
            throw new ConfigurationException(
                $"Endpoint {_configurator.InputAddress} calls UseMessagingResilience and ExcludeFromMessagingResilience. Remove one of them.");
        }
    }
}
