using HaptiTalk.Messaging.Resilience.Monitoring;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Hosting.Internal;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>The framework as a host registers it, on a clock that only the test moves.</summary>
internal sealed class TestResilience : IDisposable, IAsyncDisposable
{
    /// <summary>The service whose profile the settings of <see cref="WithProfile"/> describe.</summary>
    public const string Service = "user";

    private readonly ServiceProvider _services;

    private TestResilience(ReloadableSettings settings, string environment, Action<IMessagingResilienceBuilder>? configure = null)
        : this(new ConfigurationBuilder().Add(settings).Build(), environment, configure)
    {
        Settings = settings;
    }

    private TestResilience(IConfiguration configuration, string environment, Action<IMessagingResilienceBuilder>? configure)
    {
        IMessagingResilienceBuilder builder = new ServiceCollection()
            .AddSingleton<TimeProvider>(Clock)
            .AddSingleton<IHostEnvironment>(new HostingEnvironment { EnvironmentName = environment })
            .AddLogging(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(Log))
            .AddMessagingResilience(configuration);
        configure?.Invoke(builder);
        _services = builder.Services.BuildServiceProvider();
        Measured = new(_services.GetRequiredService<System.Diagnostics.Metrics.IMeterFactory>());
    }

    public FakeTimeProvider Clock { get; } = new(new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));

    public ReloadableSettings Settings { get; } = new();

    public RecordedLog Log { get; } = new();

    public RecordedMeasurements Measured { get; }

    public IMessagingResilience Resilience => _services.GetRequiredService<IMessagingResilience>();

    public IServiceResilience User => Resilience.For(Service);

    public IResilienceControl Control => _services.GetRequiredService<IResilienceControl>();

    public IResilienceMonitor Monitor => _services.GetRequiredService<IResilienceMonitor>();

    public ServiceStates States => _services.GetRequiredService<ServiceStates>();

    public ProfileCatalog Catalog => _services.GetRequiredService<ProfileCatalog>();

    /// <summary>The circuit of <see cref="User"/>.</summary>
    public Circuit Circuit => States.Get(ResilienceSide.Local, Service, "execute").Circuit;

    /// <summary>The live state of <see cref="User"/>.</summary>
    public ServiceState State => States.Get(ResilienceSide.Local, Service, "execute").State;

    /// <summary>Settings below <c>Resilience:</c>, each written <c>key=value</c>.</summary>
    public static TestResilience With(params string[] settings) => In("Testing", settings);

    /// <summary>The same in an environment that has an overlay.</summary>
    public static TestResilience In(string environment, params string[] settings) => new(ReloadableSettings.Of(settings), environment);

    /// <summary>Settings of the profile of <see cref="User"/>, each written <c>key=value</c>.</summary>
    public static TestResilience WithProfile(params string[] settings) => With(OfProfile(settings));

    /// <summary>The same with what a host adds to the builder.</summary>
    public static TestResilience Configured(Action<IMessagingResilienceBuilder> configure, params string[] settings) =>
        new(ReloadableSettings.Of(OfProfile(settings)), "Testing", configure);

    /// <summary>The same on a configuration of the test's own.</summary>
    public static TestResilience On(IConfiguration configuration, Action<IMessagingResilienceBuilder>? configure = null) =>
        new(configuration, "Testing", configure);

    /// <summary>A service of the host.</summary>
    public TService Get<TService>()
        where TService : notnull => _services.GetRequiredService<TService>();

    public ScriptedWork Work() => new(Clock);

    /// <summary>Begins <paramref name="work"/> as an operation of <see cref="User"/>.</summary>
    public Task<string> RunAsync(ScriptedWork work, ExecutionOptions? options = null, CancellationToken? caller = null) =>
        User.ExecuteAsync(work.RunAsync, options, caller ?? TestContext.Current.CancellationToken).AsTask();

    /// <summary>Runs <paramref name="work"/> while time passes, and tells how long it took.</summary>
    public async Task<TimeSpan> RunToEndAsync(ScriptedWork work, ExecutionOptions? options = null, CancellationToken? caller = null)
    {
        DateTimeOffset start = Clock.GetUtcNow();
        Task<string> running = RunAsync(work, options, caller);
        PassTimeUntil(running);
        await running;
        return Clock.GetUtcNow() - start;
    }

    /// <summary>Runs <paramref name="work"/>, which fails, while time passes.</summary>
    public async Task<TFailure> FailAsync<TFailure>(ScriptedWork work, ExecutionOptions? options = null, CancellationToken? caller = null)
        where TFailure : Exception
    {
        Task<string> running = RunAsync(work, options, caller);
        PassTimeUntil(running);
        return await Should.ThrowAsync<TFailure>(running);
    }

    /// <summary>Lets time pass, millisecond by millisecond: a timer that is due may set another one.</summary>
    public void PassTime(TimeSpan time)
    {
        for (TimeSpan passed = TimeSpan.Zero; passed < time; passed += TimeSpan.FromMilliseconds(1))
            Clock.Advance(TimeSpan.FromMilliseconds(1));
    }

    /// <summary>Lets time pass, millisecond by millisecond, until the run ends: what is due runs inside <c>Advance</c>.</summary>
    public void PassTimeUntil(Task running)
    {
        DateTimeOffset limit = Clock.GetUtcNow() + TimeSpan.FromMinutes(2);
        while (!running.IsCompleted)
        {
            Clock.GetUtcNow().ShouldBeLessThan(limit, "it does not end");
            Clock.Advance(TimeSpan.FromMilliseconds(1));
        }
    }

    public void ReloadProfile(params string[] settings) => Settings.Replace(OfProfile(settings));

    public ServiceSnapshot Snapshot(string service = Service) => Resilience.GetSnapshot().Single(snapshot => snapshot.Service == service);

    public void Dispose()
    {
        Measured.Dispose();
        _services.Dispose();
    }

    public ValueTask DisposeAsync()
    {
        Measured.Dispose();
        return _services.DisposeAsync();
    }

    private static string[] OfProfile(string[] settings) => [.. settings.Select(setting => $"Profiles:{Service}:{setting}")];
}
