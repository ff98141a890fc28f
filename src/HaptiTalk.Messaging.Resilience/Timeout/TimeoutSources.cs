namespace HaptiTalk.Messaging.Resilience;

/// <summary>Cancellation sources that cancel by themselves; one whose time never came is used again, timer included.</summary>
internal sealed class TimeoutSources(TimeProvider clock)
{
    private readonly Spares<CancellationTokenSource> _unused = new();

    public CancellationTokenSource Rent(TimeSpan timeout)
    {
        if (!_unused.TryTake(out CancellationTokenSource? source))
            return new CancellationTokenSource(timeout, clock);

        source.CancelAfter(timeout);
        return source;
    }

    /// <summary>Takes back one that nobody will cancel any longer.</summary>
    public void Return(CancellationTokenSource source)
    {
        // Sources on a clock of a test's own cannot be reset, nor those that are cancelled.
        if (!source.TryReset() || !_unused.TryKeep(source))
            source.Dispose();
    }
}
