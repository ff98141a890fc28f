namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>What users catch and receive, built as their own tests build it.</summary>
public sealed class PublicConstructorTests
{
    [Fact]
    public void CircuitOpenRejectedException_ServiceAndOperation_SaysWhatTheFrameworkSays()
    {
        var refusal = new CircuitOpenRejectedException("user", "getUserProfile", retryAfter: TimeSpan.FromSeconds(1.5));

        refusal.Message.ShouldBe("Circuit breaker of 'user' is Open: 'getUserProfile' was refused by this process and did not run. Try again in 1.5 s.");
        (refusal.Service, refusal.Operation, refusal.State, refusal.RetryAfter, refusal.IsRemote, refusal.Depth)
            .ShouldBe(("user", "getUserProfile", CircuitState.Open, TimeSpan.FromSeconds(1.5), false, 1));
    }

    [Fact]
    public void CircuitOpenRejectedException_RemoteAndDeeper_SaysHowDeep()
    {
        var refusal = new CircuitOpenRejectedException("payments", "charge", CircuitState.Isolated, isRemote: true) { Depth = 2 };

        refusal.Message.ShouldStartWith("'payments' refused, two calls below this process. Circuit breaker of 'payments' is Isolated");
        refusal.IsRemote.ShouldBeTrue();
    }

    [Fact]
    public void Depth_BelowOne_IsRefused() =>
        Should.Throw<ArgumentOutOfRangeException>(() => new CircuitOpenRejectedException("user", "get") { Depth = 0 });

    [Fact]
    public void BulkheadFullRejectedException_Load_IsSaid()
    {
        var refusal = new BulkheadFullRejectedException("user", "getUserProfile", activeCalls: 10, queueLength: 5, waited: TimeSpan.FromSeconds(2));

        refusal.Message.ShouldStartWith(
            "Bulkhead of 'user' is full (10 running, 5 waiting): 'getUserProfile' was refused by this process and did not run, because no place became free within 2 s.");
        (refusal.ActiveCalls, refusal.QueueLength, refusal.RetryAfter).ShouldBe((10, 5, null));
    }

    [Fact]
    public void ExecutionTimeoutException_Time_IsSaid()
    {
        var timeout = new ExecutionTimeoutException("user", "getUserProfile", TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(2.25), attempts: 3);

        timeout.Message.ShouldBe("'getUserProfile' of 'user' did not answer within 2 s (3 attempts, 2.25 s).");
        (timeout.Service, timeout.Operation, timeout.Timeout, timeout.Elapsed, timeout.Attempts)
            .ShouldBe(("user", "getUserProfile", TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(2.25), 3));
    }

    [Fact]
    public void ExecutionTimeoutException_NoMore_WaitedForTheWholeTime() =>
        new ExecutionTimeoutException("user", "get", TimeSpan.FromSeconds(2)).ShouldSatisfyAllConditions(
            timeout => timeout.Elapsed.ShouldBe(TimeSpan.FromSeconds(2)), timeout => timeout.Attempts.ShouldBe(1));

    [Fact]
    public void InvalidProfilesException_Problems_AreListed()
    {
        ProfileProblem problem = new("Resilience:Profiles:user:Retry:MaxRetries", "many", "is not a whole number; allowed: 0 to 100.");

        var invalid = new InvalidProfilesException([problem]);

        invalid.Message.ShouldBe($"The resilience configuration has 1 problem:{Environment.NewLine}  - {problem}");
        invalid.Problems.ShouldBe([problem]);
    }

    [Fact]
    public void FallbackContext_RequestAndFailure_IsThatOfACaller()
    {
        var failure = new TimeoutException();

        var context = new FallbackContext<GetUserProfile>(new(7), failure);

        (context.Request.Id, context.Failure, context.Reason, context.Service, context.Operation, context.Side)
            .ShouldBe((7, failure, FallbackReason.Failed, "default", "getUserProfile", ResilienceSide.Client));
    }

    [Fact]
    public void FallbackContext_AllOfIt_IsTold()
    {
        var context = new FallbackContext<GetUserProfile>(
            new(7), new TimeoutException(), FallbackReason.CircuitOpen, "user", "get", ResilienceSide.Consumer);

        (context.Reason, context.Service, context.Operation, context.Side).ShouldBe((FallbackReason.CircuitOpen, "user", "get", ResilienceSide.Consumer));
    }

    private sealed record GetUserProfile(int Id);
}
