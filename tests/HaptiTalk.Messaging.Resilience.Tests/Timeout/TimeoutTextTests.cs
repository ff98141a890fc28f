namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>What a timeout says: who set the time, and under whose deadline that stood.</summary>
public sealed class TimeoutTextTests
{
    [Theory]
    [InlineData("4000 DefaultTimeout orders", 1.9, "within the 1.9 s left of orders' 4 s (1 attempt, 0 s). If it needs longer, raise Resilience:Profiles:orders:Timeout:DefaultTimeout.")]
    [InlineData("4000 AttemptTimeout cart", 1.9, "within the 1.9 s left of cart's 4 s (1 attempt, 0 s). If it needs longer, raise Resilience:Profiles:cart:Timeout:AttemptTimeout.")]
    [InlineData("2500 RequestTimeout orders", 1.9, "within the 1.9 s left of orders' 2.5 s (1 attempt, 0 s). If it needs longer, give the call of 'orders' a longer RequestTimeout.")]
    [InlineData("4000 DefaultTimeout orders", 3.8, "within 2 s (1 attempt, 0 s), with 3.8 s left of orders' 4 s. If it needs longer, raise Resilience:Profiles:user:Timeout:DefaultTimeout.")]
    [InlineData(null, 1.9, "within the 1.9 s left of its requester's time (1 attempt, 0 s). If it needs longer, its requester must wait longer.")]
    [InlineData("<script>", 3.8, "within 2 s (1 attempt, 0 s), with 3.8 s left of its requester's time. If it needs longer, raise Resilience:Profiles:user:Timeout:DefaultTimeout.")]
    public void CreateTimeout_WithinAnOuterDeadline_NamesWhatDecidedAndTheOther(string? owner, double left, string expected)
    {
        using TestResilience test = TestResilience.WithProfile("Timeout:DefaultTimeout=00:00:02");
        var execution = new Execution(FailureClassifier.Default, test.Clock);
        execution.Begin(new(test.States.Get(ResilienceSide.Client, "user", "ask"), TestContext.Current.CancellationToken)
        {
            Outer = new(new Requester(owner), TimeSpan.FromSeconds(left)),
        });
        TimeoutPipeline.BeginAttempt(execution);
        execution.Attempting();

        execution.Classifier.TimeoutOf(new(execution)).Message.ShouldBe($"'ask' of 'user' did not answer {expected}");
    }

    [Fact]
    public async Task Execute_AttemptTimeoutDecides_NamesIt()
    {
        using TestResilience test = TestResilience.WithProfile(
            "Timeout:DefaultTimeout=00:00:10", "Timeout:AttemptTimeout=00:00:01", "Retry:MaxRetries=1", "Retry:InitialDelay=00:00:00.500", "Retry:JitterFactor=0");

        (await test.FailAsync<ExecutionTimeoutException>(test.Work().Hangs())).Message.ShouldBe(
            "'execute' of 'user' did not answer within 1 s an attempt (2 attempts, 2.5 s). If it needs longer, raise Resilience:Profiles:user:Timeout:AttemptTimeout.");
    }

    [Theory]
    [InlineData("Profiles:user:Timeout:DefaultTimeout", "Resilience:Profiles:user:Timeout:DefaultTimeout")]
    [InlineData("Profiles:user:Operations:execute:Timeout:DefaultTimeout", "Resilience:Profiles:user:Operations:execute:Timeout:DefaultTimeout")]
    [InlineData("Environments:Testing:Timeout:DefaultTimeout", "Resilience:Environments:Testing:Timeout:DefaultTimeout")]
    [InlineData("Defaults:Timeout:ClockSkewTolerance", "Resilience:Profiles:user:Timeout:DefaultTimeout")]
    public async Task Execute_TimesOut_NamesWhereItIsWrittenOrIsToBe(string written, string expected)
    {
        using TestResilience test = TestResilience.With($"{written}=00:00:01");

        (await test.FailAsync<ExecutionTimeoutException>(test.Work().Hangs())).Message.ShouldEndWith($"raise {expected}.");
    }

    [Fact]
    public async Task Execute_ServiceWithoutAProfileTimesOut_NamesTheDefaults()
    {
        using TestResilience test = TestResilience.With("Defaults:Timeout:DefaultTimeout=00:00:01");
        Task<string> running = test.Resilience.For("nobody").ExecuteAsync(test.Work().Hangs().RunAsync, cancellationToken: TestContext.Current.CancellationToken).AsTask();
        test.PassTimeUntil(running);

        (await Should.ThrowAsync<ExecutionTimeoutException>(running)).Message.ShouldEndWith("raise Resilience:Defaults:Timeout:DefaultTimeout.");
    }

    [Theory]
    [InlineData("4000 DefaultTimeout orders", true)]
    [InlineData("4000 RequestTimeout two words", true)]
    [InlineData("0 AttemptTimeout x", true)]
    [InlineData("4294967296 DefaultTimeout orders", false)]
    [InlineData("-1 DefaultTimeout orders", false)]
    [InlineData("4e3 DefaultTimeout orders", false)]
    [InlineData("4000 0 orders", false)]
    [InlineData("4000 defaultTimeout orders", false)]
    [InlineData("4000 DefaultTimeout,AttemptTimeout orders", false)]
    [InlineData("4000 DefaultTimeout ", false)]
    [InlineData("4000 DefaultTimeout", false)]
    [InlineData("4000", false)]
    [InlineData("  ", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public void IsOne_AnyText_IsOnlyWhatARequestSays(string? text, bool expected)
    {
        DeadlineOwner.IsOne(text).ShouldBe(expected);
        DeadlineOwner.TryParse(text, out DeadlineOwner owner).ShouldBe(expected);
        if (expected)
            owner.ToString().ShouldBe(text);
    }

    [Fact]
    public void TryParse_LongOrUnprintable_IsRefusedOrCleaned()
    {
        DeadlineOwner.IsOne("4000 DefaultTimeout " + new string('x', 10_000)).ShouldBeFalse();
        DeadlineOwner.TryParse("4000 DefaultTimeout a\nb", out DeadlineOwner owner).ShouldBeTrue();
        owner.Service.ShouldBe("a?b");
    }

    private sealed record Requester(string? Owner) : IOuterDeadline;
}
