using Microsoft.Extensions.Hosting;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>Work that somebody has begun by hand and does not wait for. The host does: it stops it, and ends when it has ended.</summary>
internal sealed class OngoingWork : IHostedService, IDisposable
{
    private readonly CancellationTokenSource _stopping;
    private readonly Lock _gate = new();
    private readonly HashSet<Task> _running = [];
    private bool _isDisposed;

    public OngoingWork()
    {
        _stopping = new();
        Stopping = _stopping.Token;
    }

    /// <summary>Says that the host stops.</summary>
    public CancellationToken Stopping { get; }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <param name="work">Work that ends soon after <see cref="Stopping"/> says so, and deals with its own failures.</param>
    public void Track(Task work)
    {
        lock (_gate)
        {
            _running.RemoveWhere(static task => task.IsCompleted);
            _running.Add(work);
        }
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        Task cancelling;
        Task[] running;
        lock (_gate)
        {
            // A test harness may stop what its container has disposed already.
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
