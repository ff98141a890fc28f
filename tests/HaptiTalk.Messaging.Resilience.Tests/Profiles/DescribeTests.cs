using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>What is in force, and which of all the places it could come from it does come from.</summary>
public sealed class DescribeTests
{
    [Fact]
    public void Describe_ServiceWithoutAProfile_HasEveryDefault()
    {
        using TestResilience test = TestResilience.With();
        ProfileDescription described = test.Resilience.Describe("billing");

        described.Settings.Select(setting => $"{setting.Key} = {setting.Value ?? "none"}").ShouldBe(
            [
                "Scope = none",
                "CircuitBreaker:FailureThreshold = 5", "CircuitBreaker:ResetTimeout = 00:01:00", "CircuitBreaker:HalfOpenMaxCalls = 3",
                "CircuitBreaker:FailureRatio = none", "CircuitBreaker:MinimumThroughput = 20", "CircuitBreaker:SamplingDuration = 00:00:30",
                "CircuitBreaker:SlowCallDuration = none", "CircuitBreaker:SlowCallRatio = none", "CircuitBreaker:HoldLimit = 00:02:00",
                "Retry:MaxRetries = 3", "Retry:InitialDelay = 00:00:00.1000000", "Retry:MaxDelay = 00:00:03",
                "Retry:BackoffMultiplier = 2", "Retry:JitterFactor = 0.1",
                "Retry:BudgetRatio = 0.2", "Retry:BudgetWindow = 00:00:10", "Retry:BudgetFloor = 3",
                "Timeout:DefaultTimeout = 00:00:05", "Timeout:AttemptTimeout = none", "Timeout:ClockSkewTolerance = 00:00:00.2000000",
                "Fallback:ErrorThreshold = 3", "Fallback:ErrorWindow = 00:01:00", "Fallback:Source = Registered", "Fallback:MaxStaleAge = 01:00:00",
                "Bulkhead:MaxConcurrentCalls = 20", "Bulkhead:QueueCapacity = 10", "Bulkhead:Timeout = 00:00:03",
                "Requests:Durable = true",
                "Requests:ErrorCopies = Always",
            ]);
        described.Settings.ShouldAllBe(setting => setting.Origin == "default");
        (described.Service, described.Operation, described.Revision, described.PendingProblems.Count).ShouldBe(("billing", null, 1, 0));
    }

    [Fact]
    public void Describe_ShippedProfile_SaysSo()
    {
        using TestResilience test = TestResilience.In("Production");

        Setting(test, "Bulkhead:MaxConcurrentCalls").ShouldBe(("30", "shipped:Profiles:user:Bulkhead:MaxConcurrentCalls"));
        Setting(test, "Retry:MaxRetries").ShouldBe(("2", "shipped:Environments:Production:Retry:MaxRetries"));
        Setting(test, "Timeout:Timeouts:database").ShouldBe(("00:00:03", "shipped:Profiles:user:Timeout:Timeouts:database"));
        Setting(test, "CircuitBreaker:SamplingDuration").ShouldBe(("00:00:30", "default"));
    }

    [Fact]
    public void Describe_EveryPlace_TheMostSpecificIsNamed()
    {
        using TestResilience test = TestResilience.In(
            "Production",
            "Defaults:CircuitBreaker:MinimumThroughput=7",
            "Profiles:user:Retry:MaxRetries=4",
            "Profiles:user:Bulkhead:QueueCapacity=3",
            "Environments:Production:Bulkhead:QueueCapacity=2",
            "Profiles:user:Operations:login:Bulkhead:QueueCapacity=1",
            "Profiles:user:Retry:Handle:0=FormatException");
        test.Control.Change("user", new Dictionary<string, string?> { ["Fallback:ErrorThreshold"] = "9" }, "an operator");

        Setting(test, "CircuitBreaker:MinimumThroughput").ShouldBe(("7", "Resilience:Defaults:CircuitBreaker:MinimumThroughput"));
        Setting(test, "Retry:MaxRetries").ShouldBe(("4", "Resilience:Profiles:user:Retry:MaxRetries"));
        Setting(test, "Retry:Handle:0").ShouldBe(("FormatException", "Resilience:Profiles:user:Retry:Handle:0"));
        Setting(test, "Bulkhead:QueueCapacity").ShouldBe(("2", "Resilience:Environments:Production:Bulkhead:QueueCapacity"));
        Setting(test, "Bulkhead:QueueCapacity", "login").ShouldBe(("1", "Resilience:Profiles:user:Operations:login:Bulkhead:QueueCapacity"));
        Setting(test, "Retry:MaxRetries", "login").ShouldBe(("4", "Resilience:Profiles:user:Retry:MaxRetries"));
        Setting(test, "Fallback:ErrorThreshold").ShouldBe(("9", "override:Fallback:ErrorThreshold"));
        Setting(test, "Fallback:ErrorThreshold", "login").ShouldBe(("9", "override:Fallback:ErrorThreshold"));
    }

    [Theory]
    [InlineData("login", "1", "Resilience:Profiles:user:Operations:login:Retry:MaxRetries")]
    [InlineData("LOGIN", "1", "Resilience:Profiles:user:Operations:login:Retry:MaxRetries")]
    [InlineData("logout", "3", "shipped:Profiles:user:Retry:MaxRetries")]
    [InlineData(null, "3", "shipped:Profiles:user:Retry:MaxRetries")]
    public void Describe_AnOperation_HasItsOwnOrItsServices(string? operation, string value, string origin)
    {
        using TestResilience test = TestResilience.WithProfile("Operations:login:Retry:MaxRetries=1");

        Setting(test, "Retry:MaxRetries", operation).ShouldBe((value, origin));
    }

    [Fact]
    public void Describe_AnyValue_IsTheOneInForce()
    {
        using TestResilience test = TestResilience.WithProfile("CircuitBreaker:FailureRatio=0.25", "Timeout:AttemptTimeout=00:00:01.500");

        Setting(test, "CircuitBreaker:FailureRatio").Value.ShouldBe("0.25");
        Setting(test, "Timeout:AttemptTimeout").Value.ShouldBe("00:00:01.5000000");
        test.Resilience.Describe("user").Profile.ShouldBe(test.Catalog.Get("user", operation: null).Profile);
    }

    [Fact]
    public async Task Describe_EnvironmentVariable_IsNamedByItsPath()
    {
        string prefix = $"HAPTITALK_{Guid.NewGuid():N}_";
        Environment.SetEnvironmentVariable(prefix + "Resilience__Profiles__auth__Retry__MaxRetries", "6");
        try
        {
            IConfigurationRoot configuration = new ConfigurationBuilder()
                .AddInMemoryCollection([new("Resilience:Profiles:auth:Retry:MaxRetries", "5"), new("Resilience:Profiles:auth:Bulkhead:QueueCapacity", "4")])
                .AddEnvironmentVariables(prefix)
                .Build();
            await using ServiceProvider services = new ServiceCollection().AddMessagingResilience(configuration).Services.BuildServiceProvider();
            ProfileDescription described = services.GetRequiredService<IMessagingResilience>().Describe("auth");

            described.Settings.ShouldContain(new EffectiveSetting("Retry:MaxRetries", "6", "Resilience:Profiles:auth:Retry:MaxRetries"));
            described.Settings.ShouldContain(new EffectiveSetting("Bulkhead:QueueCapacity", "4", "Resilience:Profiles:auth:Bulkhead:QueueCapacity"));
        }
        finally
        {
            Environment.SetEnvironmentVariable(prefix + "Resilience__Profiles__auth__Retry__MaxRetries", value: null);
        }
    }

    [Fact]
    public void Describe_BadReload_ShowsWhatIsWrongUntilAGoodOne()
    {
        using TestResilience test = TestResilience.WithProfile("Retry:MaxRetries=1");
        test.Resilience.Describe("user").PendingProblems.ShouldBeEmpty();
        test.ReloadProfile("Retry:MaxRetries=many");

        test.Resilience.Describe("user").PendingProblems
            .ShouldBe([new("Resilience:Profiles:user:Retry:MaxRetries", "many", "is not a whole number; allowed: 0 to 100.")]);
        Setting(test, "Retry:MaxRetries").Value.ShouldBe("1");
        test.ReloadProfile("Retry:MaxRetries=2");
        test.Resilience.Describe("user").PendingProblems.ShouldBeEmpty();
        (Setting(test, "Retry:MaxRetries").Value, test.Resilience.Describe("user").Revision).ShouldBe(("2", 2));
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData(null)]
    public void Describe_NoName_Throws(string? service)
    {
        using TestResilience test = TestResilience.With();

        Should.Throw<ArgumentException>(() => test.Resilience.Describe(service!)).ParamName.ShouldBe("service");
    }

    private static (string? Value, string Origin) Setting(TestResilience test, string key, string? operation = null)
    {
        EffectiveSetting setting = test.Resilience.Describe("user", operation).Settings.Single(setting => setting.Key == key);
        return (setting.Value, setting.Origin);
    }
}
