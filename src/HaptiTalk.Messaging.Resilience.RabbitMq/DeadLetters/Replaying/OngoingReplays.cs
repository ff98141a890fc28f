using Microsoft.Extensions.Hosting;

namespace HaptiTalk.Messaging.Resilience;

internal sealed class OngoingReplays : IOngoingReplays, IHostedService, IDisposable
{
    private readonly CancellationTokenSource _stopping;
    private readonly Lock _gate = new();
    private readonly HashSet<Task> _running = [];
    private bool _isDisposed;

    public OngoingReplays()
    {
        _stopping = new();
        Stopping = _stopping.Token;
    }

    public CancellationToken Stopping { get; }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Track(Task replay)
    {
        lock (_gate)
        {
            _running.RemoveWhere(static task => task.IsCompleted);
            _running.Add(replay);
        }
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        Task cancelling;
        Task[] running;
        lock (_gate)
        {
            // A test harness of a bus stops what its container has disposed already.
            if (_isDisposed)
                return;
            cancelling = _stopping.CancelAsync();
            running = [.. _running];
        }

        await cancelling.ConfigureAwait(false);
        await Task.WhenAll(running).WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _isDisposed = true;
            _stopping.Dispose();
        }
    }
}
