namespace HaptiTalk.Messaging.Resilience;

/// <summary>Stops a replay, from whichever side something happens. The first reason counts.</summary>
internal sealed class ReplayStopSignal : IDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private ReplayEnd? _end;

    public CancellationToken Token => _stopping.Token;

    public bool IsStopped => Volatile.Read(ref _end) is not null;

    /// <summary>Why the replay ended.</summary>
    public ReplayEnd End => Volatile.Read(ref _end) ?? ReplayEnd.Completed;

    public void Stop(ReplayEnd end)
    {
        Interlocked.CompareExchange(ref _end, end, null);
        _stopping.Cancel();
    }

    public void Dispose() => _stopping.Dispose();
}
