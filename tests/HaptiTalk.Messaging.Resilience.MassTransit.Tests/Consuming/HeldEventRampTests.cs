using MassTransit;
using Microsoft.Extensions.DependencyInjection;

namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>What was held comes back step by step, not in one burst upon a service that has just recovered.</summary>
public sealed class HeldEventRampTests : IDisposable
{
    private readonly WatchedClock _clock = new();
    private readonly SemaphoreSlim _mayEnd = new(0);
    private readonly Lock _gate = new();
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _running;
    private int _ended;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Send_BreakerHalfOpensAndCloses_ProbesThenOneMoreForEachThatSucceeds()
    {
        await using TestBus bus = await StartAsync();
        await bus.Bus.Publish(new Happened(1), Token);
        await bus.DeliveredAsync("happened");
        for (int number = 2; number <= 13; number++)
            await bus.Bus.Publish(new Happened(number), Token);
        await _clock.WaitingAsync(12);
        _clock.Advance(TimeSpan.FromMinutes(1));

        // Two probes; when both have succeeded three at once, then one more for each, until the bulkhead's six, until none is left.
        // Of the probes the one that closes the breaker makes room for one more; so does the other, if it is not quite gone by then.
        int[] least = [2, 1, 3, 4, 5, 6, 6, 5, 4, 3, 2, 1];
        for (int ended = 0; ended < least.Length; ended++)
        {
            int most = ended < 2 ? least[ended] : Math.Min(least[ended] + 1, Math.Min(6, least.Length - ended));
            await RunningAsync(least[ended], most, ended);
            _mayEnd.Release();
        }

        await bus.DeliveredAsync("happened", 13);
    }

    public void Dispose() => _mayEnd.Dispose();

    private Task<TestBus> StartAsync() => TestBus.StartAsync(
        bus => bus.AddSingleton<TimeProvider>(_clock),
        (_, memory) => memory.ReceiveEndpoint("happened", endpoint => endpoint.Handler<Happened>(ConsumeAsync)),
        settings: Settings.Of(
            "user:Retry:MaxRetries=0",
            "user:Bulkhead:MaxConcurrentCalls=6",
            "user:CircuitBreaker:FailureThreshold=1",
            "user:CircuitBreaker:HalfOpenMaxCalls=2",
            "user:CircuitBreaker:ResetTimeout=00:01:00"));

    private async Task ConsumeAsync(ConsumeContext<Happened> context)
    {
        if (context.Message.Number == 1)
            throw new InvalidOperationException("broken");

        Count(1);
        await _mayEnd.WaitAsync(context.CancellationToken);
        Count(-1);
    }

    private void Count(int difference)
    {
        lock (_gate)
        {
            _running += difference;
            _ended += difference < 0 ? 1 : 0;
            _changed.SetResult();
            _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    private async Task RunningAsync(int least, int most, int ended)
    {
        while (true)
        {
            Task changed;
            lock (_gate)
            {
                if (_ended == ended)
                    _running.ShouldBeLessThanOrEqualTo(most);
                if (_ended == ended && _running >= least)
                    return;
                changed = _changed.Task;
            }

            await changed.WaitAsync(Token);
        }
    }
}
