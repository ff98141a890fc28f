using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace HaptiTalk.Messaging.Resilience.Tests;

public sealed class HealthCheckTests
{
    [Fact]
    public async Task Get_EverythingWorks_IsHealthy()
    {
        await using TestApplication application = await StartAsync();

        (await application.GetAsync("/health")).ShouldBe("Healthy");
    }

    [Fact]
    public async Task Get_CircuitOpen_IsDegradedAndStillAnswers200()
    {
        await using TestApplication application = await StartAsync();
        await application.OpenReportAsync();

        (await application.GetAsync("/health")).ShouldBe("Degraded");
    }

    [Fact]
    public async Task Get_ReloadFailed_IsDegradedUntilAGoodOneApplies()
    {
        IConfigurationRoot? configuration = null;
        await using TestApplication application = await StartAsync(app => configuration = (IConfigurationRoot)app.Configuration);

        configuration!["Resilience:Profiles:auth:Retry:MaxRetries"] = "many";
        configuration.Reload();
        string afterBad = await application.GetAsync("/health");
        configuration["Resilience:Profiles:auth:Retry:MaxRetries"] = "1";
        configuration.Reload();

        afterBad.ShouldBe("Degraded");
        (await application.GetAsync("/health")).ShouldBe("Healthy");
    }

    private static Task<TestApplication> StartAsync(Action<WebApplication>? application = null) => TestApplication.StartAsync(
        services => services.AddHealthChecks().AddMessagingResilience(),
        app =>
        {
            app.MapMessagingResilience();
            app.MapHealthChecks("/health");
            application?.Invoke(app);
        });
}
