namespace HaptiTalk.Messaging.Resilience.Tests;

public sealed class BulkheadQueueTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(20)]
    public async Task EnterAsync_PlacesFree_EntersAtOnceUpToTheLimit(int limit)
    {
        TestBulkhead test = await new TestBulkhead(limit).FilledAsync();
        Task<BulkheadEntry> next = test.EnterAsync();

        next.IsCompleted.ShouldBeFalse();
        test.ShouldHold(active: limit, queued: 1);
    }

    [Fact]
    public async Task Exit_CallsWait_AdmitsThemInTheOrderTheyCame()
    {
        TestBulkhead test = await new TestBulkhead(queueCapacity: 5).FilledAsync();
        Task<BulkheadEntry>[] waiting = [.. Enumerable.Range(0, 5).Select(_ => test.EnterAsync())];
        for (int i = 0; i < waiting.Length; i++)
        {
            test.Bulkhead.Exit();
            await TestBulkhead.EntersAsync(waiting[i]);
            waiting.Skip(i + 1).ShouldAllBe(later => !later.IsCompleted);
        }

        test.Bulkhead.Exit();
        test.ShouldHold(active: 0, queued: 0);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public async Task EnterAsync_QueueFull_RefusesAtOnce(int capacity)
    {
        TestBulkhead test = await new TestBulkhead(queueCapacity: capacity).FilledAsync();
        for (int i = 0; i < capacity; i++)
            _ = test.EnterAsync();

        Task<BulkheadEntry> refused = test.EnterAsync();
        refused.IsCompleted.ShouldBeTrue();
        (await refused).ShouldBe(BulkheadEntry.Refused);
        test.ShouldHold(active: 1, queued: capacity);
    }

    [Fact]
    public async Task EnterAsync_NoPlaceInTime_GivesUpAndLeavesTheQueue()
    {
        TestBulkhead test = await new TestBulkhead(queueCapacity: 1).FilledAsync();
        Task<BulkheadEntry> waiting = test.EnterAsync();
        test.Clock.Advance(TestBulkhead.Patience - TimeSpan.FromMilliseconds(1));
        waiting.IsCompleted.ShouldBeFalse();
        test.Clock.Advance(TimeSpan.FromMilliseconds(1));

        (await waiting).ShouldBe(BulkheadEntry.WaitedTooLong);
        test.ShouldHold(active: 1, queued: 0);
        test.EnterAsync().IsCompleted.ShouldBeFalse("the place in the queue is free again");
    }

    [Fact]
    public async Task EnterAsync_OneGivesUp_ThoseBehindKeepTheirTurn()
    {
        TestBulkhead test = await new TestBulkhead().FilledAsync();
        Task<BulkheadEntry> first = test.EnterAsync();
        test.Clock.Advance(TimeSpan.FromSeconds(2));
        Task<BulkheadEntry> second = test.EnterAsync();
        test.Clock.Advance(TimeSpan.FromSeconds(1));
        (await first).ShouldBe(BulkheadEntry.WaitedTooLong);

        test.Bulkhead.Exit();
        await TestBulkhead.EntersAsync(second);
        test.ShouldHold(active: 1, queued: 0);
    }

    [Fact]
    public async Task EnterAsync_NoPatience_IsRefusedInsteadOfQueued()
    {
        TestBulkhead test = await new TestBulkhead().FilledAsync();

        (await test.Bulkhead.EnterAsync(TimeSpan.Zero, refusable: true, TestContext.Current.CancellationToken)).ShouldBe(BulkheadEntry.Refused);
        (await test.Bulkhead.EnterAsync(TimeSpan.Zero, refusable: false, TestContext.Current.CancellationToken)).ShouldBe(BulkheadEntry.Refused);
        test.ShouldHold(active: 1, queued: 0);
    }

    [Fact]
    public async Task EnterAsync_CancelledWhileQueued_LeavesAtOnceAndNobodyLosesATurn()
    {
        TestBulkhead test = await new TestBulkhead(queueCapacity: 3).FilledAsync();
        using var caller = new CancellationTokenSource();
        Task<BulkheadEntry> first = test.EnterAsync();
        Task<BulkheadEntry> leaving = test.EnterUntilAsync(caller.Token);
        Task<BulkheadEntry> last = test.EnterAsync();
        await caller.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(leaving);
        test.ShouldHold(active: 1, queued: 2);
        test.Bulkhead.Exit();
        await TestBulkhead.EntersAsync(first);
        test.Bulkhead.Exit();
        await TestBulkhead.EntersAsync(last);
    }

    [Fact]
    public async Task EnterAsync_HeadOfTheQueueCancelled_TheNextIsAdmitted()
    {
        TestBulkhead test = await new TestBulkhead().FilledAsync();
        using var caller = new CancellationTokenSource();
        Task<BulkheadEntry> leaving = test.EnterUntilAsync(caller.Token);
        Task<BulkheadEntry> next = test.EnterAsync();
        await caller.CancelAsync();
        test.Bulkhead.Exit();

        await TestBulkhead.EntersAsync(next);
        await Should.ThrowAsync<OperationCanceledException>(leaving);
        test.ShouldHold(active: 1, queued: 0);
    }

    [Fact]
    public async Task EnterAsync_WorkNobodyWaitsFor_UsesNoneOfTheQueuesCapacity()
    {
        TestBulkhead test = await new TestBulkhead(queueCapacity: 2).FilledAsync();
        Task<BulkheadEntry>[] patient = [.. Enumerable.Range(0, 50).Select(_ => test.EnterPatientlyAsync())];
        patient.ShouldAllBe(entry => !entry.IsCompleted);

        test.EnterAsync().IsCompleted.ShouldBeFalse();
        test.EnterAsync().IsCompleted.ShouldBeFalse();
        (await test.EnterAsync()).ShouldBe(BulkheadEntry.Refused);
        test.ShouldHold(active: 1, queued: 52);
    }

    [Fact]
    public async Task EnterAsync_WorkNobodyWaitsFor_WaitsAsLongAsItTakes()
    {
        TestBulkhead test = await new TestBulkhead(queueCapacity: 0).FilledAsync();
        Task<BulkheadEntry> patient = test.EnterPatientlyAsync();
        test.Clock.Advance(TimeSpan.FromDays(40));
        patient.IsCompleted.ShouldBeFalse();
        test.Bulkhead.Exit();

        await TestBulkhead.EntersAsync(patient);
    }
}
