using MassTransit;
using MassTransit.Configuration;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>
/// Puts the filter in front of every message type that a consumer, saga or handler takes: outside any scope, so that each
/// attempt gets a new one. Courier activities are left alone: they report their own failures and roll back.
/// </summary>
internal sealed class ConsumeFilterObserver : ConfigurationObserver, IMessageConfigurationObserver
{
    private readonly IConsumePipeConfigurator _configurator;
    private readonly ConsumeProtection _protection;
    private readonly ConsumeBinding _binding;
    private readonly HashSet<Type> _batched = [];
    private readonly HashSet<object> _batchConsumers = new(ReferenceEqualityComparer.Instance);

    public ConsumeFilterObserver(IConsumePipeConfigurator configurator, ConsumeProtection protection, ConsumeBinding binding)
        : base(configurator)
    {
        _configurator = configurator;
        _protection = protection;
        _binding = binding;
        Connect(this);
    }

    public void MessageConfigured<TMessage>(IConsumePipeConfigurator configurator)
        where TMessage : class =>
        configurator.AddPipeSpecification(
            new FilterPipeSpecification<ConsumeContext<TMessage>>(new ConsumeFilter<TMessage>(_protection, _binding)));

    public override void BatchConsumerConfigured<TConsumer, TMessage>(IConsumerMessageConfigurator<TConsumer, Batch<TMessage>> configurator)
    {
        // A batch that is configured by hand is told of twice.
        if (!_batchConsumers.Add(configurator))
            return;

        ((IConsumerMessageSpecification<TConsumer, Batch<TMessage>>)configurator).AddPipeSpecification(
            new FilterPipeSpecification<ConsumeContext<Batch<TMessage>>>(new BatchFilter<TMessage>(_protection, _binding)));
        if (_batched.Add(typeof(TMessage)))
        {
            _configurator.AddPipeSpecification(
                new FilterPipeSpecification<ConsumeContext<TMessage>>(new BatchedMessageFilter<TMessage>(_protection, _binding)));
        }
    }

    public override void ActivityConfigured<TActivity, TArguments>(
        IExecuteActivityConfigurator<TActivity, TArguments> configurator, Uri compensateAddress)
    {
    }

    public override void ExecuteActivityConfigured<TActivity, TArguments>(IExecuteActivityConfigurator<TActivity, TArguments> configurator)
    {
    }

    public override void CompensateActivityConfigured<TActivity, TLog>(ICompensateActivityConfigurator<TActivity, TLog> configurator)
    {
    }
}
