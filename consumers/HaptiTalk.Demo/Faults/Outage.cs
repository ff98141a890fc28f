namespace HaptiTalk.Demo;

/// <summary>Makes whoever waits for it hang, until it is over or the waiting is cancelled.</summary>
internal sealed class Outage
{
    private TaskCompletionSource? _over;

    public void Begin() => _over ??= new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void End() => Interlocked.Exchange(ref _over, null)?.SetResult();

    public Task WaitAsync(CancellationToken cancellationToken) => Volatile.Read(ref _over)?.Task.WaitAsync(cancellationToken) ?? Task.CompletedTask;
}
