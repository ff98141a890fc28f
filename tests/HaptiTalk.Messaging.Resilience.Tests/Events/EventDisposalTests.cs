namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>What becomes of events, observers and calls when the container is disposed of.</summary>
public sealed class EventDisposalTests
{
    private readonly RecordedEvents<Rejected> _healthy = new();

    [Fact]
    public async Task Dispose_EventsWaiting_AreStillDelivered()
    {
        TestResilience test = TestResilience.Configured(builder => builder.OnEvent<Rejected>(async (rejected, cancellationToken) =>
        {
            await Task.Yield();
            await _healthy.OnEventAsync(rejected, cancellationToken);
        }));
        await RejectAsync(test, times: 200);
        await test.DisposeAsync();

        _healthy.All.Count.ShouldBe(200);
    }

    [Fact]
    public async Task Dispose_ObserversHang_EndsInBoundedTimeHoweverManyTheyAre()
    {
        var never = new TaskCompletionSource();
        TestResilience test = TestResilience.Configured(builder =>
        {
            for (int i = 0; i < 8; i++)
            {
                builder.OnEvent<Rejected>(async (rejected, cancellationToken) =>
                {
                    await _healthy.OnEventAsync(rejected, cancellationToken);
                    await never.Task;
                });
            }
        });
        await RejectAsync(test, times: 2);
        await _healthy.NextAsync(8);

        // Five seconds for all of them; one after the other they would take forty.
        await test.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(25), TestContext.Current.CancellationToken);
        never.SetResult();
    }

    [Fact]
    public async Task Dispose_CallOnItsWay_EndsAsItWouldHave()
    {
        TestResilience test = TestResilience.WithProfile("Retry:MaxRetries=0", "CircuitBreaker:FailureThreshold=1");
        var end = new TaskCompletionSource<string>();
        Task<string> running = test.RunAsync(test.Work().WaitsFor(end));
        await test.DisposeAsync();
        end.SetException(new InvalidOperationException("broken"));

        (await Should.ThrowAsync<InvalidOperationException>(running)).Message.ShouldBe("broken");
    }

    [Fact]
    public async Task Dispose_Synchronously_TellsTheObserversToEnd()
    {
        var token = new TaskCompletionSource<CancellationToken>();
        var never = new TaskCompletionSource();
        TestResilience test = TestResilience.Configured(builder => builder.OnEvent<Rejected>(async (_, cancellationToken) =>
        {
            token.SetResult(cancellationToken);
            await never.Task.WaitAsync(cancellationToken);
        }));
        await RejectAsync(test, times: 1);
        CancellationToken handed = await token.Task.WaitAsync(TestContext.Current.CancellationToken);
        handed.IsCancellationRequested.ShouldBeFalse();
        test.Dispose();

        handed.IsCancellationRequested.ShouldBeTrue();
    }

    private static async Task RejectAsync(TestResilience test, int times)
    {
        test.Circuit.Breaker.Isolate();
        for (int i = 0; i < times; i++)
            await test.FailAsync<CircuitOpenRejectedException>(test.Work().Answers());
    }
}
