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
        Should.Throw<ArgumentNullException>(() => new ServiceCollection().AddMessagingResilience(null!));
    }
}
