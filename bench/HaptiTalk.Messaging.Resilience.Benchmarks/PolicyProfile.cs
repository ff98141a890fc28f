using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace HaptiTalk.Messaging.Resilience.Benchmarks;

/// <summary>
/// A service whose profile lets only one policy act, as a user would write it. The framework always runs all five: the others stand
/// in the way with numbers that no benchmark reaches.
/// </summary>
internal sealed class PolicyProfile : IAsyncDisposable
{
    public const string Service = "user";

    private static readonly Dictionary<Policy, (string Key, string Value)> Neutral = new()
    {
        [Policy.CircuitBreaker] = ("CircuitBreaker:FailureThreshold", "1000000"),
        [Policy.Retry] = ("Retry:MaxRetries", "0"),
        [Policy.Timeout] = ("Timeout:DefaultTimeout", "1.00:00:00"),
        [Policy.Bulkhead] = ("Bulkhead:MaxConcurrentCalls", "100000"),
    };

    private readonly ServiceProvider _services;

    public PolicyProfile(Policy policy, TimeProvider? clock = null, params (string Key, string Value)[] settings)
    {
        IEnumerable<(string Key, string Value)> neutral = policy == Policy.All
            ? []
            : Neutral.Where(setting => setting.Key != policy).Select(static setting => setting.Value);
        IConfigurationRoot configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(neutral.Concat(settings).ToDictionary(
                static setting => $"Resilience:Profiles:{Service}:{setting.Key}", static setting => (string?)setting.Value, StringComparer.Ordinal))
            .Build();
        _services = new ServiceCollection()
            .AddSingleton(clock ?? TimeProvider.System)
            .AddMessagingResilience(configuration)
            .Services.BuildServiceProvider();
        Resilience = _services.GetRequiredService<IMessagingResilience>().For(Service);
        if (policy is Policy.Fallback or Policy.All)
            Resilience.RegisterFallback(Options.FallbackKey!, static (_, _) => ValueTask.FromResult(-1));
    }

    public static ExecutionOptions Options { get; } = new() { Operation = "getUserProfile", FallbackKey = "getUserProfile" };

    public IServiceResilience Resilience { get; }

    public IServiceProvider Services => _services;

    public ValueTask DisposeAsync() => _services.DisposeAsync();
}
