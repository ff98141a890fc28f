using Microsoft.Extensions.Time.Testing;

namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>A bulkhead on a clock that the test moves.</summary>
internal sealed class TestBulkhead
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    public TestBulkhead(int maxConcurrentCalls = 1, int queueCapacity = 10)
    {
        Options = new() { MaxConcurrentCalls = maxConcurrentCalls, QueueCapacity = queueCapacity, Timeout = Patience };
        Bulkhead = new(Options, Clock);
    }

    public FakeTimeProvider Clock { get; } = new();

    public BulkheadOptions Options { get; }

    public Bulkhead Bulkhead { get; }

    /// <summary>Asks for a place as a request does: it may be refused.</summary>
    public Task<BulkheadEntry> EnterAsync() => EnterUntilAsync(TestContext.Current.CancellationToken);

    public Task<BulkheadEntry> EnterUntilAsync(CancellationToken caller) =>
        Bulkhead.EnterAsync(Patience, refusable: true, caller).AsTask();

    /// <summary>Asks for a place as an event does: nobody waits for it.</summary>
    public Task<BulkheadEntry> EnterPatientlyAsync() =>
        Bulkhead.EnterAsync(System.Threading.Timeout.InfiniteTimeSpan, refusable: false, TestContext.Current.CancellationToken).AsTask();

    /// <summary>It is admitted: on another thread, so at some moment; one that is stranded fails here instead of hanging.</summary>
    public static async Task EntersAsync(Task<BulkheadEntry> waiting) =>
        (await waiting.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken)).ShouldBe(BulkheadEntry.Entered);

    public async Task<TestBulkhead> FilledAsync()
    {
        while (Bulkhead.ActiveCalls < Options.MaxConcurrentCalls)
            (await EnterAsync()).ShouldBe(BulkheadEntry.Entered);
        return this;
    }

    public void Resize(int maxConcurrentCalls, int? queueCapacity = null) => Bulkhead.Apply(
        Options with { MaxConcurrentCalls = maxConcurrentCalls, QueueCapacity = queueCapacity ?? Options.QueueCapacity });

    public void ShouldHold(int active, int queued) => (Bulkhead.ActiveCalls, Bulkhead.QueueLength).ShouldBe((active, queued));
}
