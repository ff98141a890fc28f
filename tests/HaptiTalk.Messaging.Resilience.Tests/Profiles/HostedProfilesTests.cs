using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>As an application has it: the default host with its own <c>appsettings.json</c>, nothing said about reloading.</summary>
public sealed class HostedProfilesTests
{
    private readonly RecordedEvents<ResilienceEvent> _events = new();

    [Fact]
    public async Task Host_FileRewrittenWhileItRuns_AppliesAndTells()
    {
        using SettingsFile file = new("auth:Retry:MaxRetries=1");
        using IHost host = Build(file, builder => builder.OnEvent<ResilienceEvent>(_events.OnEventAsync));
        await host.StartAsync(TestContext.Current.CancellationToken);
        IMessagingResilience resilience = host.Services.GetRequiredService<IMessagingResilience>();
        resilience.Describe("auth").Profile.Retry.MaxRetries.ShouldBe(1);
        file.Write("auth:Retry:MaxRetries=many");
        await _events.NextAsync<ProfileReloadFailed>();
        resilience.Describe("auth").PendingProblems.ShouldHaveSingleItem().Path.ShouldBe("Resilience:Profiles:auth:Retry:MaxRetries");
        file.Write("auth:Retry:MaxRetries=4");
        await _events.NextAsync<ProfilesReloaded>();

        resilience.Describe("auth").Settings.ShouldContain(new EffectiveSetting("Retry:MaxRetries", "4", "Resilience:Profiles:auth:Retry:MaxRetries"));
        await host.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Host_ObserverThatCannotBeMade_DoesNotStart()
    {
        using SettingsFile file = new("auth:Retry:MaxRetries=1");
        using IHost host = Build(file, builder => builder.Services.AddSingleton<IResilienceEventObserver<Rejected>>(
            _ => throw new InvalidOperationException("an observer without its database")));

        (await Should.ThrowAsync<Exception>(host.StartAsync(TestContext.Current.CancellationToken)))
            .GetBaseException().Message.ShouldBe("an observer without its database");
    }

    private static IHost Build(SettingsFile file, Action<IMessagingResilienceBuilder> configure)
    {
        HostApplicationBuilder builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { ContentRootPath = file.Folder, EnvironmentName = "Testing" });
        builder.Logging.ClearProviders();
        configure(builder.Services.AddMessagingResilience(builder.Configuration));
        return builder.Build();
    }
}
