using HaptiTalk.Contracts;
using HaptiTalk.Hosting;
using HaptiTalk.Messaging.Resilience;
using MassTransit;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace HaptiTalk.Report;

/// <summary>The report service: writes up a session for the one who wore the device.</summary>
/// <remarks>It has no fallback for a session: a report about nothing is no report.</remarks>
public sealed class ReportModule : IServiceModule
{
    internal const string ServiceName = "report";

    /// <inheritdoc/>
    public string Name => ServiceName;

    /// <inheritdoc/>
    public int DefaultPort => 3006;

    /// <inheritdoc/>
    public void AddServices(IServiceCollection services, IConfiguration configuration)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddStore<IReportStore, SqliteReportStore>(Name, configuration);
        services.AddScoped<ReportWriter>();
    }

    /// <inheritdoc/>
    public void AddConsumers(IBusRegistrationConfigurator bus)
    {
        bus.AddConsumer<GenerateReportConsumer>(this);
        bus.AddConsumer<SessionEndedConsumer>(this);
        bus.AddRequestClient<GetSessionInfo>();
        bus.AddRequestClient<AnalyzeFeedback>();
    }

    /// <inheritdoc/>
    public void AddFallbacks(IMessagingResilienceBuilder resilience) =>
        resilience.AddFallback<AnalyzeFeedback, FeedbackAnalysis>(
            (context, _) => ValueTask.FromResult(FeedbackAnalysis.Empty(context.Request.SessionId)),
            ResilienceSide.Client);
}
