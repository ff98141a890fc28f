using HaptiTalk.Hosting;
using MassTransit;

namespace HaptiTalk.Feedback;

/// <summary>The feedback service: what the vibrations of a session add up to.</summary>
public sealed class FeedbackModule : IServiceModule
{
    internal const string ServiceName = "feedback";

    /// <inheritdoc/>
    public string Name => ServiceName;

    /// <inheritdoc/>
    public int DefaultPort => 3005;

    /// <inheritdoc/>
    public void AddServices(IServiceCollection services, IConfiguration configuration) =>
        services.AddStore<IFeedbackStore, SqliteFeedbackStore>(Name, configuration);

    /// <inheritdoc/>
    public void AddConsumers(IBusRegistrationConfigurator bus)
    {
        bus.AddConsumer<AnalyzeFeedbackConsumer>(this);
        bus.AddConsumer<FeedbackDeliveredConsumer>(this);
        bus.AddConsumer<SessionEndedConsumer>(this);
    }
}
