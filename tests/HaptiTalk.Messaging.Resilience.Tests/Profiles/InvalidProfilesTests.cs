using System.Text;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;

namespace HaptiTalk.Messaging.Resilience.Tests;

public sealed class InvalidProfilesTests
{
    [Fact]
    public void Load_SeveralProblems_ReportsAllAtOnce()
    {
        using TestResilience test = TestResilience.With(
            "Profiles:auth:Retry:MaxRetries=many",
            "Profiles:auth:Retry:JitterFactor=7",
            "Profiles:user:Timeout:AttemptTimeout=00:01:00",
            "Profiles:billing:Bulkhed:MaxConcurrentCalls=3",
            "Environments:Elsewhere:Fallback:ErrorThreshold=0",
            "Messages:GetInvoice=biling",
            "Colour=blue");
        InvalidProfilesException invalid = Should.Throw<InvalidProfilesException>(() => test.Catalog);

        invalid.Problems.Select(problem => problem.Path).ShouldBe(
            [
                "Resilience:Profiles:auth:Retry:MaxRetries",
                "Resilience:Profiles:auth:Retry:JitterFactor",
                "Resilience:Profiles:user:Timeout:AttemptTimeout",
                "Resilience:Profiles:billing:Bulkhed:MaxConcurrentCalls",
                "Resilience:Environments:Elsewhere:Fallback:ErrorThreshold",
                "Resilience:Messages:GetInvoice",
                "Resilience:Colour",
            ],
            ignoreOrder: true);
        invalid.Message.ShouldStartWith("The resilience configuration has 7 problems:");
        invalid.Problems.ShouldAllBe(problem => invalid.Message.Contains($"{Environment.NewLine}  - {problem.Path} = '{problem.Value}': {problem.Message}"));
    }

    [Fact]
    public void Load_OneProblemInDefaults_IsNotRepeatedForEveryProfile()
    {
        using TestResilience test = TestResilience.With("Defaults:Retry:MaxRetries=many");

        Should.Throw<InvalidProfilesException>(() => test.Catalog).Message.ShouldStartWith("The resilience configuration has 1 problem:");
    }

    [Fact]
    public void Load_OverlayOfAnotherEnvironmentThatFitsTheProfiles_IsValid()
    {
        // Its first wait is above the default MaxDelay, but not above the one that is configured everywhere.
        string[] longWaits = [.. "auth realtime session feedback user report".Split(' ').Select(name => $"Profiles:{name}:Retry:MaxDelay=00:00:30")];
        using TestResilience test = TestResilience.With([.. longWaits, "Defaults:Retry:MaxDelay=00:00:30", "Environments:Staging:Retry:InitialDelay=00:00:10"]);

        test.Catalog.Get("auth", operation: null).Profile.Retry.MaxDelay.ShouldBe(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public void Load_OverlayOfAnotherEnvironmentThatDoesNotFitAProfile_IsReportedHereAlready()
    {
        using TestResilience test = TestResilience.With("Profiles:auth:Timeout:AttemptTimeout=00:00:04", "Environments:Staging:Timeout:DefaultTimeout=00:00:02");

        Should.Throw<InvalidProfilesException>(() => test.Catalog).Problems.ShouldContain(
            problem => problem.Path == "Resilience:Profiles:auth:Timeout:AttemptTimeout" && problem.Message.StartsWith("is above Timeout:DefaultTimeout (00:00:02)"));
    }

    [Theory]
    [InlineData("""{ "Retry": { "Handle": [], "Ignore": [] }, "Timeout": { "Timeouts": {} }, "Bulkhead": {}, "Operations": {} }""")]
    [InlineData("""{ "Retry": null, "Timeout": { "AttemptTimeout": null } }""")]
    [InlineData("""{ }""")]
    public void Load_JsonWithNothingInIt_IsTheSameAsNotWritten(string profile)
    {
        using var json = new MemoryStream(Encoding.UTF8.GetBytes($$"""{ "Resilience": { "Profiles": { "auth": {{profile}} } } }"""));
        IConfigurationRoot configuration = new ConfigurationBuilder().AddJsonStream(json).Build();
        ProfileSet set = ProfileSet.Load(configuration.GetSection("Resilience"), PolicyOrder.All, "Testing", ProfileOverrides.None, revision: 1);

        set.Get("auth", operation: null).Profile.Retry.MaxRetries.ShouldBe(3);
    }

    [Fact]
    public async Task StartAsync_InvalidConfiguration_TheHostDoesNotStart()
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new() { EnvironmentName = "Testing" });
        builder.Configuration.AddInMemoryCollection([new("Resilience:Profiles:auth:Retry:MaxRetries", "many")]);
        builder.Services.AddMessagingResilience(builder.Configuration);
        using IHost host = builder.Build();

        InvalidProfilesException invalid = await Should.ThrowAsync<InvalidProfilesException>(host.StartAsync(TestContext.Current.CancellationToken));
        invalid.Problems.Single().ToString().ShouldBe(
            "Resilience:Profiles:auth:Retry:MaxRetries = 'many': is not a whole number; allowed: 0 to 100.");
    }

    [Fact]
    public async Task StartAsync_NoConfigurationAtAll_Starts()
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new());
        builder.Services.AddMessagingResilience(builder.Configuration);
        using IHost host = builder.Build();

        await host.StartAsync(TestContext.Current.CancellationToken);
        await host.StopAsync(TestContext.Current.CancellationToken);
    }
}
