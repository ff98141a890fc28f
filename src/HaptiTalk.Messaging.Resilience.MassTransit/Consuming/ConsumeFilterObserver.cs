using MassTransit;
using MassTransit.Configuration;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>
/// Puts the filter in front of every message type that a consumer, saga or handler takes: outside any scope, so that each
/// attempt gets a new one.
/// </summary>
internal sealed class ConsumeFilterObserver : ConfigurationObserver, IMessageConfigurationObserver
{
    private readonly ConsumeProtection _protection;
    private readonly ConsumeBinding _binding;

    public ConsumeFilterObserver(IConsumePipeConfigurator configurator, ConsumeProtection protection, ConsumeBinding binding)
        : base(configurator)
    {
        _protection = protection;
        _binding = binding;
        Connect(this);
    }

    public void MessageConfigured<TMessage>(IConsumePipeConfigurator configurator)
        where TMessage : class =>
        configurator.AddPipeSpecification(
            new FilterPipeSpecification<ConsumeContext<TMessage>>(new ConsumeFilter<TMessage>(_protection, _binding)));
}
