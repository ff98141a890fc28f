using HaptiTalk.Contracts;
using MassTransit;

namespace HaptiTalk.Demo;

/// <summary>Without the framework the callers have the same patience, as MassTransit's own request timeout.</summary>
internal static class BarePatience
{
    /// <summary>How long a caller of a service waits at most.</summary>
    public static TimeSpan Of(IConfiguration configuration, string service) =>
        configuration.GetValue<TimeSpan>($"Resilience:Profiles:{service}:Timeout:DefaultTimeout");

    public static void AddClients(IBusRegistrationConfigurator bus, IConfiguration configuration)
    {
        Add<GetUserProfile>("user");
        Add<GetSessionInfo>("session");
        Add<AnalyzeFeedback>("feedback");
        Add<ValidateToken>("auth");
        Add<DeliverFeedback>("realtime");
        Add<GenerateReport>("report");

        void Add<T>(string service)
            where T : class =>
            bus.AddRequestClient<T>(RequestTimeout.After(ms: (int)Of(configuration, service).TotalMilliseconds));
    }
}
