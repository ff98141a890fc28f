using System.Diagnostics;

namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>What a trace shows of a run.</summary>
[Collection(Listening.Name)]
public sealed class SpanTests : IDisposable
{
    private static readonly ExecutionOptions GetUserProfile = new() { Operation = "getUserProfile", FallbackKey = "profile" };

    private readonly RecordedSpans _spans = new();

    public void Dispose() => _spans.Dispose();

    [Fact]
    public async Task Execute_RepeatedOnce_IsOneSpanAroundBothAttempts()
    {
        using TestResilience test = TestResilience.WithProfile("Retry:MaxRetries=1", "Retry:JitterFactor=0", "Retry:InitialDelay=00:00:00.250");
        var parents = new List<string?>();
        await test.RunToEndAsync(
            test.Work().Does(_ => Heard(parents, Task.FromException<string>(new InvalidOperationException("secret")))).Does(_ => Heard(parents, Task.FromResult("real"))),
            GetUserProfile);

        Activity span = _spans.Single();
        (span.DisplayName, span.Kind, span.Status, span.Parent).ShouldBe(("execute getUserProfile", ActivityKind.Internal, ActivityStatusCode.Unset, _spans.Root));
        RecordedSpans.Describe(span.TagObjects).ShouldBe(
            "haptitalk.resilience.service=user, haptitalk.resilience.operation=getUserProfile, haptitalk.resilience.side=local, "
            + "haptitalk.resilience.result=success, haptitalk.resilience.attempts=2");
        RecordedSpans.Describe(span.Events).ShouldBe(
        [
            "haptitalk.resilience.attempt(haptitalk.resilience.attempt_number=1)",
            "haptitalk.resilience.retry(haptitalk.resilience.retry_number=1, haptitalk.resilience.delay=0.25, error.type=System.InvalidOperationException)",
            "haptitalk.resilience.attempt(haptitalk.resilience.attempt_number=2)",
        ]);
        parents.ShouldBe([span.Id, span.Id]);
        Activity.Current.ShouldBe(_spans.Root);
    }

    [Fact]
    public async Task Execute_Failed_SaysWithWhatAndNotMore()
    {
        using TestResilience test = TestResilience.WithProfile("Retry:MaxRetries=0");
        await test.FailAsync<InvalidOperationException>(test.Work().Fails(new InvalidOperationException("a secret")), GetUserProfile);

        Activity span = _spans.Single();
        (span.Status, span.StatusDescription).ShouldBe((ActivityStatusCode.Error, null));
        RecordedSpans.Describe(span.TagObjects).ShouldEndWith(
            "haptitalk.resilience.result=failure, haptitalk.resilience.attempts=1, error.type=System.InvalidOperationException");
    }

    [Fact]
    public async Task Execute_Cancelled_IsNoError()
    {
        using TestResilience test = TestResilience.WithProfile();
        using var caller = new CancellationTokenSource();
        Task<string> cancelled = test.RunAsync(test.Work().Hangs(), caller: caller.Token);
        await caller.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(cancelled);

        _spans.Single().Status.ShouldBe(ActivityStatusCode.Unset);
    }

    [Fact]
    public async Task Execute_WaitedInTheBulkhead_ShowsWhenItWasLetIn()
    {
        using TestResilience test = TestResilience.WithProfile("Bulkhead:MaxConcurrentCalls=1", "Bulkhead:QueueCapacity=1");
        var end = new TaskCompletionSource<string>();
        Task<string> first = test.RunAsync(test.Work().WaitsFor(end));
        Task<string> second = test.RunAsync(test.Work().Answers(), GetUserProfile);
        end.SetResult("real");
        await Task.WhenAll(first, second);

        RecordedSpans.Describe(_spans.Ended.Single(span => span.DisplayName == "execute getUserProfile").Events).ShouldBe(
        [
            "haptitalk.resilience.queued(haptitalk.resilience.queue_length=1)",
            "haptitalk.resilience.admitted()",
            "haptitalk.resilience.attempt(haptitalk.resilience.attempt_number=1)",
        ]);
    }

    [Fact]
    public async Task Execute_RefusedByBothAndFallenBack_SaysWhy()
    {
        using TestResilience test = TestResilience.WithProfile("Bulkhead:MaxConcurrentCalls=1", "Bulkhead:QueueCapacity=0", "Retry:InitialDelay=00:00:00.1");
        test.User.RegisterFallback("profile", (_, _) => new ValueTask<string>("degraded"));
        _ = test.RunAsync(test.Work().Hangs());
        await test.RunAsync(test.Work().Answers(), GetUserProfile);
        Activity full = _spans.Single();
        test.Circuit.Breaker.Isolate();
        test.ReloadProfile("Bulkhead:MaxConcurrentCalls=2");
        await test.RunAsync(test.Work().Answers(), GetUserProfile);

        RecordedSpans.Describe(full.Events).ShouldBe(
        [
            "haptitalk.resilience.rejected(haptitalk.resilience.reason=BulkheadFull, haptitalk.resilience.retry_after=0.1)",
            "haptitalk.resilience.fallback(haptitalk.resilience.fallback_key=profile, haptitalk.resilience.reason=BulkheadFull)",
        ]);
        RecordedSpans.Describe(_spans.Ended[^1].Events).ShouldBe(
        [
            "haptitalk.resilience.rejected(haptitalk.resilience.reason=CircuitOpen)",
            "haptitalk.resilience.fallback(haptitalk.resilience.fallback_key=profile, haptitalk.resilience.reason=CircuitOpen)",
        ]);
    }

    [Fact]
    public async Task Execute_TimedOutAndItsFallbackFailed_SaysBoth()
    {
        using TestResilience test = TestResilience.WithProfile("Retry:MaxRetries=0", "Timeout:DefaultTimeout=00:00:01", "Fallback:ErrorThreshold=1");
        test.User.RegisterFallback<string>("profile", (_, _) => throw new IOException("no stand-in"));
        await test.FailAsync<ExecutionTimeoutException>(test.Work().Hangs(), GetUserProfile);

        RecordedSpans.Describe(_spans.Single().Events)[1..].ShouldBe(
        [
            "haptitalk.resilience.timeout(haptitalk.resilience.timeout=1)",
            "haptitalk.resilience.fallback_failed(haptitalk.resilience.fallback_key=profile, error.type=System.IO.IOException)",
        ]);
    }

    [Fact]
    public async Task Execute_SampledOut_IsToldNothingAndChangesNothing()
    {
        _spans.Sampling = ActivitySamplingResult.PropagationData;
        using TestResilience test = TestResilience.WithProfile("Retry:MaxRetries=1");
        await test.RunToEndAsync(test.Work().Fails().Answers(), GetUserProfile);

        Activity span = _spans.Single();
        (span.TagObjects.Count(), span.Events.Count()).ShouldBe((3, 0));
        Activity.Current.ShouldBe(_spans.Root);
    }

    [Theory]
    [InlineData((int)ResilienceSide.Client, "request getUserProfile", "request")]
    [InlineData((int)ResilienceSide.Publisher, "publish getUserProfile", "publish")]
    [InlineData((int)ResilienceSide.Local, "execute getUserProfile", null)]
    public void SpanOfASide_ThatSends_IsCalledAsTheConventionsAsk(int side, string name, string? operationName)
    {
        using TestResilience test = TestResilience.With();
        OperationState operation = test.States.Get((ResilienceSide)side, "user", "getUserProfile");

        operation.SpanName.ShouldBe(name);
        operation.SpanTags.FirstOrDefault(tag => tag.Key == "messaging.operation.name").Value.ShouldBe(operationName);
    }

    private static Task<string> Heard(List<string?> parents, Task<string> end)
    {
        parents.Add(Activity.Current?.Id);
        return end;
    }
}
