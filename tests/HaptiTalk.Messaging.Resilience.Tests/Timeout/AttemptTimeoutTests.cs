namespace HaptiTalk.Messaging.Resilience.Tests;

public sealed class AttemptTimeoutTests
{
    [Theory]
    [InlineData("Retry:MaxRetries=3")]
    [InlineData("Retry:MaxRetries=3", "Retry:InitialDelay=00:00:00", "Retry:MaxDelay=00:00:00")]
    [InlineData("Retry:MaxRetries=0")]
    public async Task Execute_NoAttemptTimeout_AnAttemptHasAllTheTimeAndIsNotRepeated(params string[] settings)
    {
        using TestResilience test = TestResilience.WithProfile(["Timeout:DefaultTimeout=00:00:05", .. settings]);
        ScriptedWork work = test.Work().Hangs();
        ExecutionTimeoutException failure = await test.FailAsync<ExecutionTimeoutException>(work);

        failure.Elapsed.ShouldBe(TimeSpan.FromSeconds(5));
        work.Attempts.ShouldBe(1);
    }

    [Fact]
    public async Task Execute_FirstAttemptFails_TheNextHasAllThatIsLeft()
    {
        using TestResilience test = TestResilience.WithProfile("Timeout:DefaultTimeout=00:00:05", "Retry:InitialDelay=00:00:00.100", "Retry:JitterFactor=0");
        ScriptedWork work = test.Work().Fails().Hangs();
        ExecutionTimeoutException failure = await test.FailAsync<ExecutionTimeoutException>(work);

        work.Starts.ShouldBe([TimeSpan.Zero, TimeSpan.FromSeconds(0.1)]);
        failure.Elapsed.ShouldBe(TimeSpan.FromSeconds(5));
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
}
