namespace HaptiTalk.Messaging.Resilience.Tests;

public sealed class BulkheadResizeTests
{
    [Fact]
    public async Task Apply_MorePlaces_AdmitsThoseWhoWaitInOrder()
    {
        TestBulkhead test = await new TestBulkhead(maxConcurrentCalls: 1, queueCapacity: 5).FilledAsync();
        Task<BulkheadEntry>[] waiting = [.. Enumerable.Range(0, 4).Select(_ => test.EnterAsync())];
        test.Resize(3);

        await TestBulkhead.EntersAsync(waiting[0]);
        await TestBulkhead.EntersAsync(waiting[1]);
        waiting[2].IsCompleted.ShouldBeFalse();
        test.ShouldHold(active: 3, queued: 2);
    }

    [Fact]
    public async Task Apply_FewerPlaces_AdmitsNobodyUntilEnoughHaveLeft()
    {
        TestBulkhead test = await new TestBulkhead(maxConcurrentCalls: 4).FilledAsync();
        Task<BulkheadEntry> waiting = test.EnterAsync();
        test.Resize(2);
        test.Bulkhead.Exit();
        test.Bulkhead.Exit();
        waiting.IsCompleted.ShouldBeFalse();
        test.ShouldHold(active: 2, queued: 1);

        test.Bulkhead.Exit();
        await TestBulkhead.EntersAsync(waiting);
        test.ShouldHold(active: 2, queued: 0);
    }

    [Fact]
    public async Task Apply_TheSameLimitAgainAndAgain_NeverAdmitsMore()
    {
        TestBulkhead test = await new TestBulkhead(maxConcurrentCalls: 1).FilledAsync();
        _ = test.EnterAsync();
        for (int i = 0; i < 3; i++)
            test.Resize(2);

        test.ShouldHold(active: 2, queued: 0);
        test.EnterAsync().IsCompleted.ShouldBeFalse();
    }

    [Fact]
    public async Task Apply_ShorterQueue_LosesNobodyAndRefusesNewcomers()
    {
        TestBulkhead test = await new TestBulkhead(queueCapacity: 5).FilledAsync();
        Task<BulkheadEntry>[] waiting = [.. Enumerable.Range(0, 4).Select(_ => test.EnterAsync())];
        test.Resize(1, queueCapacity: 1);
        (await test.EnterAsync()).ShouldBe(BulkheadEntry.Refused);

        foreach (Task<BulkheadEntry> entry in waiting)
        {
            test.Bulkhead.Exit();
            await TestBulkhead.EntersAsync(entry);
        }

        _ = test.EnterAsync();
        test.ShouldHold(active: 1, queued: 1);
    }

    [Fact]
    public async Task Apply_LongerQueue_TakesMore()
    {
        TestBulkhead test = await new TestBulkhead(queueCapacity: 0).FilledAsync();
        (await test.EnterAsync()).ShouldBe(BulkheadEntry.Refused);
        test.Resize(1, queueCapacity: 1);

        test.EnterAsync().IsCompleted.ShouldBeFalse();
    }
}
