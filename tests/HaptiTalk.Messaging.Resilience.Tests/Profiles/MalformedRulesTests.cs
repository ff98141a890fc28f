namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>The rest of the table: the ratio rules, and what an operator puts over the configuration while it runs.</summary>
public sealed class MalformedRulesTests
{
    [Theory]
    [InlineData("CircuitBreaker:FailureRatio=0", "is out of range; allowed: 0.001 to 1.")]
    [InlineData("CircuitBreaker:FailureRatio=1.01", "is out of range; allowed: 0.001 to 1.")]
    [InlineData("CircuitBreaker:FailureRatio=-0.5", "is out of range; allowed: 0.001 to 1.")]
    [InlineData("CircuitBreaker:FailureRatio=50%", "is not a number; allowed: 0.001 to 1.")]
    [InlineData("CircuitBreaker:FailureRatio=0,5", "is not a number; allowed: 0.001 to 1.")]
    [InlineData("CircuitBreaker:FailureRatio=Infinity", "is not a number; allowed: 0.001 to 1.")]
    [InlineData("CircuitBreaker:MinimumThroughput=0", "is out of range; allowed: 1 to 1000000.")]
    [InlineData("CircuitBreaker:MinimumThroughput=1000001", "is out of range; allowed: 1 to 1000000.")]
    [InlineData("CircuitBreaker:MinimumThroughput=0.5", "is not a whole number; allowed: 1 to 1000000.")]
    [InlineData("CircuitBreaker:MinimumThroughput=1e3", "is not a whole number; allowed: 1 to 1000000.")]
    [InlineData("CircuitBreaker:SamplingDuration=00:00:00.099", "is out of range; allowed: 00:00:00.100 to 1.00:00:00.")]
    [InlineData("CircuitBreaker:SamplingDuration=30s", "is not a duration such as 00:00:05 (hours:minutes:seconds); allowed: 00:00:00.100 to 1.00:00:00.")]
    [InlineData("CircuitBreaker:SamplingDuration=30000", "is not a duration such as 00:00:05 (hours:minutes:seconds); allowed: 00:00:00.100 to 1.00:00:00.")]
    [InlineData("CircuitBreaker:SamplingDuration=99999999.00:00:00", "is not a duration such as 00:00:05 (hours:minutes:seconds); allowed: 00:00:00.100 to 1.00:00:00.")]
    [InlineData("CircuitBreaker:SlowCallDuration=00:00:02", "needs CircuitBreaker:SlowCallRatio, which says how many slow calls are too many.")]
    [InlineData("CircuitBreaker:SlowCallRatio=0.5", "needs CircuitBreaker:SlowCallDuration, which says what slow is.")]
    [InlineData("CircuitBreaker:SlowCallDuration=00:00:00", "is out of range; allowed: 00:00:00.001 to 1.00:00:00.")]
    [InlineData("CircuitBreaker:SlowCallRatio=2", "is out of range; allowed: 0.001 to 1.")]
    [InlineData("CircuitBreaker:FailureRate=0.5", "is not a known setting. Did you mean 'CircuitBreaker:FailureRatio'?")]
    [InlineData("CircuitBreaker:MinThroughput=10", "is not a known setting. Did you mean 'CircuitBreaker:MinimumThroughput'?")]
    [InlineData("CircuitBreaker:SamplingTime=00:00:30", "is not a known setting. Did you mean 'CircuitBreaker:SamplingDuration'?")]
    public void Load_WrongRule_NamesItsPathAndWhatIsAllowed(string setting, string message)
    {
        string[] parts = setting.Split('=', 2);
        using TestResilience test = TestResilience.With($"Profiles:auth:{setting}");

        Should.Throw<InvalidProfilesException>(() => test.Catalog).Problems
            .ShouldBe([new($"Resilience:Profiles:auth:{parts[0]}", parts[1], message)]);
    }

    // What goes with a value that cannot be read is not judged by the default, which nobody wrote.
    [Theory]
    [InlineData("CircuitBreaker:SlowCallDuration=soon", "CircuitBreaker:SlowCallRatio=0.5")]
    [InlineData("CircuitBreaker:SlowCallRatio=half", "CircuitBreaker:SlowCallDuration=00:00:01")]
    [InlineData("Retry:MaxDelay=long", "Retry:InitialDelay=00:00:30")]
    [InlineData("Timeout:DefaultTimeout=long", "Timeout:AttemptTimeout=00:00:30")]
    public void Load_UnreadableValueOfAPair_IsTheOnlyProblem(string unreadable, string other)
    {
        using TestResilience test = TestResilience.With($"Profiles:billing:{unreadable}", $"Profiles:billing:{other}", "Profiles:billing:Bulkhead:MaxConcurrentCalls=0");

        Should.Throw<InvalidProfilesException>(() => test.Catalog).Problems.Select(problem => problem.Path).ShouldBe(
            [$"Resilience:Profiles:billing:{unreadable.Split('=')[0]}", "Resilience:Profiles:billing:Bulkhead:MaxConcurrentCalls"]);
    }

    [Theory]
    [InlineData("Retry:MaxRetries=many", "is not a whole number; allowed: 0 to 100.")]
    [InlineData("Retry:MaxRetries=-1", "is out of range; allowed: 0 to 100.")]
    [InlineData("Retry:MaxRetries=", "is not a whole number; allowed: 0 to 100.")]
    [InlineData("Retry:MaxRetry=1", "is not a known setting. Did you mean 'Retry:MaxRetries'?")]
    [InlineData("Retry:MaxDelay=00:00:00.001", "is below Retry:InitialDelay (00:00:00.1000000); the longest wait cannot be shorter than the first.")]
    [InlineData("Timeout:AttemptTimeout=00:01:00", "is above Timeout:DefaultTimeout (00:00:05); one attempt cannot take longer than all of them.")]
    [InlineData("Timeout:DefaultTimeout=5s", "is not a duration such as 00:00:05 (hours:minutes:seconds); allowed: 00:00:00.001 to 1.00:00:00.")]
    [InlineData("Timeout:Timeouts:database=0", "is not a duration such as 00:00:05 (hours:minutes:seconds); allowed: 00:00:00.001 to 1.00:00:00.")]
    [InlineData("CircuitBreaker:FailureRatio=2", "is out of range; allowed: 0.001 to 1.")]
    [InlineData("CircuitBreaker:SlowCallRatio=0.5", "needs CircuitBreaker:SlowCallDuration, which says what slow is.")]
    [InlineData("CircuitBreaker=open", "is a section; write its keys below it.")]
    [InlineData("Bulkhead:MaxConcurrentCalls=0", "is out of range; allowed: 1 to 100000.")]
    [InlineData("Scope=Process", "is not one of Service, Operation.")]
    public void Change_WrongValue_NamesItAndWhatIsAllowed(string setting, string message)
    {
        string[] parts = setting.Split('=', 2);
        using TestResilience test = TestResilience.With();
        InvalidProfilesException invalid = Should.Throw<InvalidProfilesException>(
            () => test.Control.Change("auth", new Dictionary<string, string?> { [parts[0]] = parts[1] }, "an operator"));

        invalid.Problems.ShouldBe([new($"override:{parts[0]}", parts[1], message)]);
    }
}
