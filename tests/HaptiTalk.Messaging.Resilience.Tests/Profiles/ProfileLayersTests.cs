namespace HaptiTalk.Messaging.Resilience.Tests;

public sealed class ProfileLayersTests
{
    [Fact]
    public void Get_ProfileWritten_WinsOverTheShippedOne()
    {
        ServiceProfile auth = Profile("auth", "Testing", "Profiles:auth:Retry:MaxRetries=7");

        auth.Retry.MaxRetries.ShouldBe(7);
        auth.Retry.MaxDelay.ShouldBe(TimeSpan.FromSeconds(3));
    }

    [Theory]
    [InlineData("Production")]
    [InlineData("Development")]
    public void Get_ProfileWritten_WinsOverTheShippedOverlay(string environment)
    {
        ServiceProfile auth = Profile(
            "auth", environment, "Profiles:auth:Retry:MaxRetries=7", "Profiles:auth:Timeout:DefaultTimeout=00:00:20", "Profiles:auth:CircuitBreaker:FailureThreshold=8");

        (auth.Retry.MaxRetries, auth.Timeout.DefaultTimeout, auth.CircuitBreaker.FailureThreshold).ShouldBe((7, TimeSpan.FromSeconds(20), 8));
    }

    [Fact]
    public void Get_OverlayWritten_WinsOverEverythingButTheOperation()
    {
        string[] settings =
        [
            "Profiles:auth:Retry:MaxRetries=7", "Environments:Production:Retry:MaxRetries=1", "Environments:Staging:Retry:MaxRetries=9",
            "Profiles:auth:Operations:login:Retry:MaxRetries=0",
        ];

        Profile("auth", "Production", settings).Retry.MaxRetries.ShouldBe(1);
        Profile("user", "Production", settings).Retry.MaxRetries.ShouldBe(1);
        Profile("auth", "Staging", settings).Retry.MaxRetries.ShouldBe(9);
        Profile("auth", "Testing", settings).Retry.MaxRetries.ShouldBe(7);
        Profile("auth", "Production", "login", settings).Retry.MaxRetries.ShouldBe(0);
        Profile("auth", "Production", "logout", settings).Retry.MaxRetries.ShouldBe(1);
    }

    [Fact]
    public void Get_OverlayWritten_KeepsTheShippedOverlaysOtherSettings()
    {
        ServiceProfile auth = Profile("auth", "Production", "Environments:Production:Retry:MaxRetries=1");

        (auth.Retry.MaxRetries, auth.CircuitBreaker.FailureThreshold, auth.Timeout.DefaultTimeout).ShouldBe((1, 3, TimeSpan.FromSeconds(3)));
    }

    [Fact]
    public void Get_Defaults_LieUnderEveryProfileWritten()
    {
        string[] settings = ["Defaults:Retry:MaxRetries=9", "Profiles:auth:Retry:MaxRetries=1", "Profiles:billing:Bulkhead:MaxConcurrentCalls=4"];

        Profile("auth", "Testing", settings).Retry.MaxRetries.ShouldBe(1);
        ServiceProfile billing = Profile("billing", "Testing", settings);
        (billing.Retry.MaxRetries, billing.Bulkhead.MaxConcurrentCalls, billing.Bulkhead.QueueCapacity).ShouldBe((9, 4, 10));
        Profile("unheard-of", "Testing", settings).Retry.MaxRetries.ShouldBe(9);
    }

    [Theory]
    [InlineData("auth")]
    [InlineData("report")]
    [InlineData("a service of one's own")]
    public void Get_Defaults_WinOverEverythingShipped(string service)
    {
        ServiceProfile profile = Profile(
            service, "Production", "Defaults:Timeout:DefaultTimeout=00:00:20", "Defaults:Retry:MaxRetries=7", "Defaults:Bulkhead:MaxConcurrentCalls=50");

        (profile.Timeout.DefaultTimeout, profile.Retry.MaxRetries, profile.Bulkhead.MaxConcurrentCalls).ShouldBe((TimeSpan.FromSeconds(20), 7, 50));
        profile.CircuitBreaker.FailureThreshold.ShouldBe(3);
    }

    [Fact]
    public void Get_ShippedProfilesLeftOut_NothingShippedIsInForce()
    {
        using TestResilience test = TestResilience.In("Production", "ShippedProfiles=false", "Profiles:billing:Retry:MaxRetries=1");

        test.Catalog.Names.ShouldBe(["billing"]);
        test.Catalog.Get("billing", operation: null).Profile.CircuitBreaker.FailureThreshold.ShouldBe(new CircuitBreakerOptions().FailureThreshold);
        test.Catalog.Get("auth", operation: null).Profile.Timeout.DefaultTimeout.ShouldBe(new TimeoutOptions().DefaultTimeout);
    }

    [Fact]
    public void Load_ShippedProfileUsedAndLeftOut_IsAMistake() =>
        Problems("ShippedProfiles=false", "Service=auth").ShouldHaveSingleItem().Path.ShouldBe("Resilience:Service");

    [Theory]
    [InlineData("ShippedProfiles=no", "Resilience:ShippedProfiles")]
    [InlineData("ShippedProfiles=", "Resilience:ShippedProfiles")]
    [InlineData("ShippedProfiles:auth=false", "Resilience:ShippedProfiles")]
    public void Load_ShippedProfilesNeitherTrueNorFalse_IsTheOnlyMistake(string setting, string path) =>
        Problems(setting, "Service=auth").ShouldHaveSingleItem().Path.ShouldBe(path);

    [Fact]
    public void Get_DependencyTimeouts_AreMergedByKey()
    {
        IReadOnlyDictionary<string, TimeSpan> timeouts = Profile(
            "auth", "Testing", "Profiles:auth:Timeout:Timeouts:Redis=00:00:00.250", "Profiles:auth:Timeout:Timeouts:s3=00:00:07").Timeout.Timeouts;

        timeouts.Select(timeout => $"{timeout.Key.ToLowerInvariant()}={timeout.Value.TotalSeconds}")
            .ShouldBe(["database=3", "redis=0.25", "external=10", "s3=7"], ignoreOrder: true);
    }

    [Fact]
    public void Get_Keys_AreReadInAnyCase() =>
        Profile("AUTH", "Testing", "profiles:Auth:RETRY:maxretries=8").Retry.MaxRetries.ShouldBe(8);

    [Fact]
    public void Get_Operation_InheritsTheRest()
    {
        ServiceProfile login = Profile(
            "auth", "Testing", "login", ["Profiles:auth:Operations:login:Timeout:DefaultTimeout=00:00:02", "Profiles:auth:Operations:login:Scope=operation"]);

        (login.Timeout.DefaultTimeout, login.Scope, login.Retry.MaxRetries).ShouldBe((TimeSpan.FromSeconds(2), StateScope.Operation, 3));
    }

    [Fact]
    public void Get_ExceptionNames_AreReadInOrder()
    {
        RetryOptions retry = Profile("auth", "Testing", "Profiles:auth:Retry:Handle:0=A", "Profiles:auth:Retry:Handle:1=B", "Profiles:auth:Retry:Ignore:0=C").Retry;

        retry.Handle.ShouldBe(["A", "B"]);
        retry.Ignore.ShouldBe(["C"]);
    }

    [Theory]
    [InlineData("Bulkhead:QueueCapacity=0")]
    [InlineData("Retry:MaxRetries=0")]
    [InlineData("Retry:MaxRetries=100")]
    [InlineData("Retry:InitialDelay=00:00:00")]
    [InlineData("Retry:JitterFactor=0")]
    [InlineData("Retry:JitterFactor=1")]
    [InlineData("Retry:BackoffMultiplier=1")]
    [InlineData("Retry:BackoffMultiplier=1.5")]
    [InlineData("Timeout:DefaultTimeout=1.00:00:00")]
    [InlineData("Timeout:AttemptTimeout=00:00:00.001")]
    [InlineData("Timeout:AttemptTimeout=00:00:05")]
    [InlineData("CircuitBreaker:FailureThreshold=1")]
    [InlineData("CircuitBreaker:ResetTimeout=00:00:00.001")]
    public void Get_ValueAtTheEdgeOfItsRange_IsTaken(string setting) => Profile("auth", "Testing", $"Profiles:auth:{setting}").ShouldNotBeNull();

    private static ServiceProfile Profile(string service, string environment, params string[] settings)
    {
        using TestResilience test = TestResilience.In(environment, settings);
        return test.Catalog.Get(service, operation: null).Profile;
    }

    private static ServiceProfile Profile(string service, string environment, string operation, string[] settings)
    {
        using TestResilience test = TestResilience.In(environment, settings);
        return test.Catalog.Get(service, operation).Profile;
    }

    private static IReadOnlyList<ProfileProblem> Problems(params string[] settings)
    {
        using TestResilience test = TestResilience.In("Production", settings);
        return Should.Throw<InvalidProfilesException>(() => test.Catalog).Problems;
    }
}
