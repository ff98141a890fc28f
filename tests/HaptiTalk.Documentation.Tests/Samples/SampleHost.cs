using HaptiTalk.Messaging.Resilience;
using HaptiTalk.Messaging.Resilience.Monitoring;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace HaptiTalk.Documentation.Tests;

/// <summary>A host with policies of its own and the real pipeline, on a clock that only the test moves.</summary>
internal sealed class SampleHost : IAsyncDisposable
{
    public const string Service = "user";

    private readonly ServiceProvider _services;

    private SampleHost(Action<IMessagingResilienceBuilder, IConfigurationRoot> add, IReadOnlyDictionary<string, string?> settings)
    {
        Settings = new ConfigurationBuilder().AddInMemoryCollection(settings).Build();
        IServiceCollection services = new ServiceCollection().AddSingleton<TimeProvider>(Clock);
        add(services.AddMessagingResilience(Settings), Settings);
        _services = services.BuildServiceProvider();
    }

    public FakeTimeProvider Clock { get; } = new();

    /// <summary>Written to while the host runs.</summary>
    public IConfigurationRoot Settings { get; }

    public IServiceResilience User => Resilience.For(Service);

    public IMessagingResilience Resilience => _services.GetRequiredService<IMessagingResilience>();

    public IResilienceMonitor Monitor => _services.GetRequiredService<IResilienceMonitor>();

    public IResilienceControl Control => _services.GetRequiredService<IResilienceControl>();

    /// <param name="add">Adds what is tested.</param>
    /// <param name="settings">Settings, each written <c>path=value</c>.</param>
    public static SampleHost With(Action<IMessagingResilienceBuilder, IConfigurationRoot> add, params string[] settings) => new(
        add, settings.Select(setting => setting.Split('=', 2)).ToDictionary(parts => parts[0], parts => (string?)parts[1], StringComparer.OrdinalIgnoreCase));

    /// <summary>The same with settings of the profile of <see cref="User"/>.</summary>
    public static SampleHost WithProfile(Action<IMessagingResilienceBuilder> add, params string[] settings) =>
        With((builder, _) => add(builder), [.. settings.Select(setting => $"Resilience:Profiles:{Service}:{setting}")]);

    public ServiceSnapshot Snapshot() => Resilience.GetSnapshot().Single(snapshot => snapshot.Service == Service);

    public ValueTask DisposeAsync() => _services.DisposeAsync();
}
