using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace HaptiTalk.Messaging.Resilience.Tests;

public sealed class AddMessagingResilienceTests
{
    private static readonly IConfiguration Nothing = new ConfigurationBuilder().Build();

    [Fact]
    public void AddMessagingResilience_CalledAgain_ChangesNothing()
    {
        IServiceCollection services = new ServiceCollection();
        services.AddMessagingResilience(Nothing);
        int once = services.Count(service => service.ServiceType.Namespace == typeof(IMessagingResilience).Namespace || service.ServiceType == typeof(IHostedService));
        services.AddMessagingResilience(Nothing);

        services.Count(service => service.ServiceType.Namespace == typeof(IMessagingResilience).Namespace || service.ServiceType == typeof(IHostedService)).ShouldBe(once);
    }

    [Fact]
    public void AddMessagingResilience_NoHostEnvironment_RunsUnderProduction()
    {
        using ServiceProvider services = new ServiceCollection().AddMessagingResilience(Nothing).Services.BuildServiceProvider();

        services.GetRequiredService<ProfileCatalog>().Get("auth", operation: null).Profile.Retry.MaxRetries.ShouldBe(2);
    }

    [Fact]
    public async Task AddMessagingResilience_HostWithoutAClock_RunsOnTheSystems()
    {
        await using ServiceProvider services = new ServiceCollection().AddMessagingResilience(Nothing).Services.BuildServiceProvider(validateScopes: true);
        IMessagingResilience resilience = services.GetRequiredService<IMessagingResilience>();

        (await resilience.For("auth").ExecuteAsync(_ => Task.FromResult(42), cancellationToken: TestContext.Current.CancellationToken)).ShouldBe(42);
    }

    [Fact]
    public void AddMessagingResilience_MissingArguments_Throws()
    {
        Should.Throw<ArgumentNullException>(() => ((IServiceCollection)null!).AddMessagingResilience(Nothing));
        Should.Throw<ArgumentNullException>(() => new ServiceCollection().AddMessagingResilience((IConfiguration)null!));
        Should.Throw<ArgumentNullException>(() => new ServiceCollection().AddMessagingResilience((Action<IDictionary<string, string?>>)null!));
    }

    [Fact]
    public void AddMessagingResilience_ASection_IsReadItself()
    {
        IConfiguration host = Settings(("Shop:Messaging:Profiles:billing:Retry:MaxRetries", "7"));

        using ServiceProvider services = new ServiceCollection().AddMessagingResilience(host.GetSection("Shop:Messaging")).Services.BuildServiceProvider();

        services.GetRequiredService<ProfileCatalog>().Get("billing", operation: null).Profile.Retry.MaxRetries.ShouldBe(7);
    }

    [Fact]
    public void AddMessagingResilience_ASection_IsNamedInProblems()
    {
        IConfiguration host = Settings(("Shop:Messaging:Profiles:billing:Retry:MaxRetries", "many"));
        using ServiceProvider services = new ServiceCollection().AddMessagingResilience(host.GetSection("Shop:Messaging")).Services.BuildServiceProvider();

        Should.Throw<InvalidProfilesException>(services.GetRequiredService<ProfileCatalog>)
            .Problems.ShouldContain(problem => problem.Path == "Shop:Messaging:Profiles:billing:Retry:MaxRetries");
    }

    [Fact]
    public void AddMessagingResilience_ASection_IsNamedWhereATimeoutIsToBeRaised()
    {
        IConfiguration host = Settings(("Shop:Messaging:Profiles:billing:Retry:MaxRetries", "7"));
        using ServiceProvider services = new ServiceCollection().AddMessagingResilience(host.GetSection("Shop:Messaging")).Services.BuildServiceProvider();

        services.GetRequiredService<ProfileCatalog>().Get("billing", operation: null).AttemptSetting.ShouldBe("Shop:Messaging:Profiles:billing:Timeout:AttemptTimeout");
    }

    [Fact]
    public void AddMessagingResilience_SettingsInCode_AreInForce()
    {
        using ServiceProvider services = new ServiceCollection()
            .AddMessagingResilience(static settings => settings["Profiles:billing:Retry:MaxRetries"] = "7").Services.BuildServiceProvider();

        services.GetRequiredService<ProfileCatalog>().Get("billing", operation: null).Profile.Retry.MaxRetries.ShouldBe(7);
    }

    [Fact]
    public void AddMessagingResilience_WrongSettingsInCode_AreReportedLikeOthers()
    {
        using ServiceProvider services = new ServiceCollection()
            .AddMessagingResilience(static settings => settings["Profiles:billing:Retry:MaxRetris"] = "7").Services.BuildServiceProvider();

        Should.Throw<InvalidProfilesException>(services.GetRequiredService<ProfileCatalog>)
            .Problems.Single().Path.ShouldBe("Resilience:Profiles:billing:Retry:MaxRetris");
    }

    [Fact]
    public void AddMessagingResilience_AnotherConfiguration_IsRefused()
    {
        IServiceCollection services = new ServiceCollection();
        services.AddMessagingResilience(Settings(("Resilience:Service", "user")));

        Should.Throw<InvalidOperationException>(() => services.AddMessagingResilience(Settings(("Resilience:Service", "auth"))))
            .Message.ShouldBe("AddMessagingResilience was called before with other settings, and those are in force. Put all settings into one configuration, and give each call the same.");
    }

    [Fact]
    public void AddMessagingResilience_AnotherSectionOfTheSame_IsRefused()
    {
        IConfiguration host = Settings(("Resilience:Service", "user"), ("Shop:Service", "user"));
        IServiceCollection services = new ServiceCollection();
        services.AddMessagingResilience(host);

        Should.Throw<InvalidOperationException>(() => services.AddMessagingResilience(host.GetSection("Shop")));
    }

    [Fact]
    public void AddMessagingResilience_TheSameByAnotherWay_ChangesNothing()
    {
        IConfiguration host = Settings(("Resilience:Profiles:user:Retry:MaxRetries", "7"), ("Logging:LogLevel:Default", "Debug"));
        IServiceCollection services = new ServiceCollection();
        services.AddMessagingResilience(host);
        int once = services.Count(service => service.ServiceType.Namespace == typeof(IMessagingResilience).Namespace);

        services.AddMessagingResilience(host.GetSection("Resilience"));
        services.AddMessagingResilience(Settings(("resilience:profiles:USER:Retry:MaxRetries", "7")));
        services.AddMessagingResilience(static settings => settings["Profiles:user:Retry:MaxRetries"] = "7");

        services.Count(service => service.ServiceType.Namespace == typeof(IMessagingResilience).Namespace).ShouldBe(once);
    }

    private static IConfiguration Settings(params (string Key, string Value)[] settings) =>
        new ConfigurationBuilder().AddInMemoryCollection(settings.ToDictionary(setting => setting.Key, setting => (string?)setting.Value, StringComparer.Ordinal)).Build();
}
