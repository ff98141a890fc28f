namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>What a stop of the bus finds of an endpoint that was away. Time is the test's.</summary>
public sealed class EndpointLifeTests : IDisposable
{
    private readonly WatchedClock _clock = new();
    private readonly Receiver _receiver = new();
    private readonly EndpointLife _life;

    public EndpointLifeTests()
    {
        _life = new(new("queue:orders"), takesBack: true, _clock);
        _life.Ready(_receiver);
    }

    public void Dispose() => _life.Dispose();

    [Fact]
    public async Task BusStopsAsync_EndpointIsBeingStarted_WaitsUntilItHas()
    {
        _life.TryRestart(_receiver, _life.BusStopping, out Task ready).ShouldBeTrue();

        Task stops = _life.BusStopsAsync();
        stops.IsCompleted.ShouldBeFalse();
        _receiver.Started.SetResult();

        await stops.WaitAsync(TestContext.Current.CancellationToken);
        ready.IsCompletedSuccessfully.ShouldBeTrue();
    }

    [Fact]
    public async Task BusStopsAsync_StartNeverEnds_WaitsTwoSeconds()
    {
        _life.TryRestart(_receiver, _life.BusStopping, out _).ShouldBeTrue();

        Task stops = _life.BusStopsAsync();
        await _clock.WaitingAsync(1);
        _clock.Advance(TimeSpan.FromMilliseconds(1999));
        stops.IsCompleted.ShouldBeFalse();
        _clock.Advance(TimeSpan.FromMilliseconds(1));

        await stops.WaitAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task BusStopsAsync_StartFails_Ends()
    {
        _life.TryRestart(_receiver, _life.BusStopping, out _).ShouldBeTrue();
        _receiver.Started.SetException(new IOException("gone"));

        await _life.BusStopsAsync().WaitAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task TryRestart_BusStops_StartsNothing()
    {
        CancellationToken stopping = _life.BusStopping;
        await _life.BusStopsAsync();

        _life.TryRestart(_receiver, stopping, out _).ShouldBeFalse();
        _receiver.Starts.ShouldBe(0);
    }

    private sealed class Receiver : IReceiver
    {
        public TaskCompletionSource Started { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public int Starts { get; private set; }

        public Task StopAsync() => Task.CompletedTask;

        public Task StartAsync()
        {
            Starts++;
            return Started.Task;
        }
    }
}
