namespace HaptiTalk.Messaging.Resilience.Tests;

public sealed class AttemptTimeoutTests
{
    [Theory]
    [InlineData(5, 0.1, 0.0, 2.45)]
    [InlineData(5, 0.1, 0.1, 2.445)]
    [InlineData(3, 0.0, 0.1, 1.5)]
    [InlineData(4, 3.0, 0.0, 2.0)]
    public void AttemptTimeoutWithin_NotSet_LeavesRoomForOneWaitAndOneRetry(double total, double initialDelay, double jitter, double expected)
    {
        ProfileModel model = Model(new(), new() { MaxRetries = 3, InitialDelay = TimeSpan.FromSeconds(initialDelay), MaxDelay = TimeSpan.FromSeconds(3), JitterFactor = jitter });

        model.AttemptTimeoutWithin(TimeSpan.FromSeconds(total)).ShouldBe(TimeSpan.FromSeconds(expected));
    }

    [Fact]
    public void AttemptTimeoutWithin_NoRetries_IsTheTotal() =>
        Model(new(), new() { MaxRetries = 0 }).AttemptTimeoutWithin(TimeSpan.FromSeconds(5)).ShouldBe(TimeSpan.FromSeconds(5));

    [Theory]
    [InlineData(5, 2)]
    [InlineData(1, 1)]
    public void AttemptTimeoutWithin_Set_IsThatButNeverAboveTheTotal(double total, double expected) =>
        Model(new() { AttemptTimeout = TimeSpan.FromSeconds(2) }, new())
            .AttemptTimeoutWithin(TimeSpan.FromSeconds(total)).ShouldBe(TimeSpan.FromSeconds(expected));

    [Fact]
    public async Task Execute_FirstAttemptHangs_ARetryStillFitsIntoTheTotal()
    {
        using TestResilience test = TestResilience.WithProfile("Timeout:DefaultTimeout=00:00:05", "Retry:InitialDelay=00:00:00.100", "Retry:JitterFactor=0");
        ScriptedWork work = test.Work().Hangs().Answers();
        TimeSpan took = await test.RunToEndAsync(work);

        work.Attempts.ShouldBe(2);
        took.ShouldBe(TimeSpan.FromSeconds(2.55));
    }

    [Fact]
    public async Task Execute_AttemptTimeoutSet_EndsEachAttempt()
    {
        using TestResilience test = TestResilience.WithProfile(
            "Timeout:DefaultTimeout=00:00:10", "Timeout:AttemptTimeout=00:00:01", "Retry:MaxRetries=2", "Retry:InitialDelay=00:00:00.500", "Retry:BackoffMultiplier=1", "Retry:JitterFactor=0");
        ScriptedWork work = test.Work().Hangs();
        ExecutionTimeoutException failure = await test.FailAsync<ExecutionTimeoutException>(work);

        work.Starts.ShouldBe([TimeSpan.Zero, TimeSpan.FromSeconds(1.5), TimeSpan.FromSeconds(3)]);
        failure.Attempts.ShouldBe(3);
        failure.Elapsed.ShouldBe(TimeSpan.FromSeconds(4));
    }

    [Fact]
    public async Task Execute_LittleTimeLeft_TheLastAttemptGetsOnlyThat()
    {
        using TestResilience test = TestResilience.WithProfile(
            "Timeout:DefaultTimeout=00:00:05", "Timeout:AttemptTimeout=00:00:04", "Retry:MaxRetries=3", "Retry:InitialDelay=00:00:00.500", "Retry:JitterFactor=0");
        ScriptedWork work = test.Work().Hangs();
        ExecutionTimeoutException failure = await test.FailAsync<ExecutionTimeoutException>(work);

        work.Starts.ShouldBe([TimeSpan.Zero, TimeSpan.FromSeconds(4.5)]);
        failure.Elapsed.ShouldBe(TimeSpan.FromSeconds(5));
    }

    private static ProfileModel Model(TimeoutOptions timeout, RetryOptions retry) =>
        new("user", Operation: null, new() { Timeout = timeout, Retry = retry }, Revision: 1);
}
