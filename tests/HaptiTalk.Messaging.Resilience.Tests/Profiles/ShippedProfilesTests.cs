namespace HaptiTalk.Messaging.Resilience.Tests;

public sealed class ShippedProfilesTests
{
    [Fact]
    public void Names_NothingConfigured_AreTheShippedSix()
    {
        using TestResilience test = TestResilience.With();

        test.Catalog.Names.ShouldBe(["auth", "realtime", "session", "feedback", "user", "report"], ignoreOrder: true);
    }

    [Theory]
    [InlineData("auth", 5, 60, 3)]
    [InlineData("realtime", 10, 30, 5)]
    [InlineData("session", 5, 60, 3)]
    [InlineData("feedback", 5, 45, 3)]
    [InlineData("user", 5, 60, 3)]
    [InlineData("report", 5, 90, 2)]
    public void CircuitBreaker_Shipped_IsTheTables(string service, int threshold, int resetSeconds, int halfOpenCalls) =>
        Profile(service).CircuitBreaker.ShouldBe(
            new() { FailureThreshold = threshold, ResetTimeout = TimeSpan.FromSeconds(resetSeconds), HalfOpenMaxCalls = halfOpenCalls });

    [Theory]
    [InlineData("auth", 3, 100, 3_000)]
    [InlineData("realtime", 2, 100, 1_000)]
    [InlineData("session", 3, 200, 5_000)]
    [InlineData("feedback", 3, 150, 4_000)]
    [InlineData("user", 3, 100, 3_000)]
    [InlineData("report", 4, 500, 10_000)]
    public void Retry_Shipped_IsTheTables(string service, int retries, int initialMilliseconds, int maxMilliseconds)
    {
        RetryOptions retry = Profile(service).Retry;

        (retry.MaxRetries, retry.InitialDelay.TotalMilliseconds, retry.MaxDelay.TotalMilliseconds, retry.BackoffMultiplier, retry.JitterFactor)
            .ShouldBe((retries, initialMilliseconds, maxMilliseconds, 2, 0.1));
        retry.Handle.ShouldBeEmpty();
        retry.Ignore.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("auth", 5, "database=3 redis=1 external=10")]
    [InlineData("realtime", 3, "websocket=5 redis=1 kafka=2")]
    [InlineData("session", 8, "database=5 redis=2 mongodb=5")]
    [InlineData("feedback", 6, "database=4 mongodb=4 aiAnalysis=10")]
    [InlineData("user", 5, "database=3 redis=1 external=8")]
    [InlineData("report", 15, "database=5 mongodb=8 reportGeneration=30")]
    public void Timeout_Shipped_IsTheTables(string service, int seconds, string dependencies)
    {
        TimeoutOptions timeout = Profile(service).Timeout;

        timeout.DefaultTimeout.ShouldBe(TimeSpan.FromSeconds(seconds));
        timeout.AttemptTimeout.ShouldBeNull();
        timeout.Timeouts.Select(dependency => $"{dependency.Key}={dependency.Value.TotalSeconds}").ShouldBe(dependencies.Split(' '), ignoreOrder: true);
    }

    [Theory]
    [InlineData("auth", 3, 60)]
    [InlineData("realtime", 5, 30)]
    [InlineData("session", 3, 60)]
    [InlineData("feedback", 4, 60)]
    [InlineData("user", 3, 60)]
    [InlineData("report", 3, 120)]
    public void Fallback_Shipped_IsTheTables(string service, int threshold, int windowSeconds) =>
        Profile(service).Fallback.ShouldBe(new() { ErrorThreshold = threshold, ErrorWindow = TimeSpan.FromSeconds(windowSeconds) });

    [Theory]
    [InlineData("auth", 20, 10, 3)]
    [InlineData("realtime", 50, 20, 2)]
    [InlineData("session", 30, 15, 4)]
    [InlineData("feedback", 25, 10, 3)]
    [InlineData("user", 30, 15, 3)]
    [InlineData("report", 10, 5, 10)]
    public void Bulkhead_Shipped_IsTheTables(string service, int calls, int queue, int timeoutSeconds) =>
        Profile(service).Bulkhead.ShouldBe(new() { MaxConcurrentCalls = calls, QueueCapacity = queue, Timeout = TimeSpan.FromSeconds(timeoutSeconds) });

    [Theory]
    [InlineData("auth")]
    [InlineData("realtime")]
    [InlineData("session")]
    [InlineData("feedback")]
    [InlineData("user")]
    [InlineData("report")]
    [InlineData("a service of one's own")]
    public void Get_Production_IsStricterInThreeSettings(string service)
    {
        ServiceProfile production = Profile(service, "Production");

        (production.Retry.MaxRetries, production.CircuitBreaker.FailureThreshold, production.Timeout.DefaultTimeout)
            .ShouldBe((2, 3, TimeSpan.FromSeconds(3)));
        ShouldDifferInNothingElse(production, service);
    }

    [Theory]
    [InlineData("auth")]
    [InlineData("realtime")]
    [InlineData("session")]
    [InlineData("feedback")]
    [InlineData("user")]
    [InlineData("report")]
    [InlineData("a service of one's own")]
    public void Get_Development_IsMoreLenientInTwoSettings(string service)
    {
        ServiceProfile development = Profile(service, "Development");

        (development.Retry.MaxRetries, development.CircuitBreaker.FailureThreshold).ShouldBe((5, 10));
        development.Timeout.DefaultTimeout.ShouldBe(Profile(service).Timeout.DefaultTimeout);
        ShouldDifferInNothingElse(development, service);
    }

    [Theory]
    [InlineData("Development", 5)]
    [InlineData("development", 5)]
    [InlineData("Production", 2)]
    [InlineData("Staging", 3)]
    public void Get_Environment_IsMatchedInAnyCase(string environment, int retries) =>
        Profile("auth", environment).Retry.MaxRetries.ShouldBe(retries);

    private static void ShouldDifferInNothingElse(ServiceProfile profile, string service)
    {
        ServiceProfile shipped = Profile(service);
        (profile.CircuitBreaker with { FailureThreshold = 1 }).ShouldBe(shipped.CircuitBreaker with { FailureThreshold = 1 });
        (profile.Retry with { MaxRetries = 1, Handle = [], Ignore = [] }).ShouldBe(shipped.Retry with { MaxRetries = 1, Handle = [], Ignore = [] });
        profile.Timeout.Timeouts.ShouldBe(shipped.Timeout.Timeouts, ignoreOrder: true);
        profile.Fallback.ShouldBe(shipped.Fallback);
        profile.Bulkhead.ShouldBe(shipped.Bulkhead);
        profile.Scope.ShouldBe(shipped.Scope);
    }

    private static ServiceProfile Profile(string service, string environment = "Testing")
    {
        using TestResilience test = TestResilience.In(environment);
        return test.Catalog.Get(service, operation: null).Profile;
    }
}
