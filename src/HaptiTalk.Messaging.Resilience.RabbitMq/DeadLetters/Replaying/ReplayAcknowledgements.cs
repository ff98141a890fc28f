namespace HaptiTalk.Messaging.Resilience;

/// <summary>
/// Takes out of the queue of dead letters what its target has: some together, as few frames as keep the window moving. In a batch
/// only at its end, so that nothing comes in its place meanwhile.
/// </summary>
internal sealed class ReplayAcknowledgements(ReplayOutbox outbox, ReplaySource source, int window) : IDisposable
{
    private readonly SemaphoreSlim _one = new(1);
    private readonly AcknowledgementOrder _order = new(outbox.Confirms);
    private readonly List<ulong> _single = [];
    private readonly int _atOnce = Math.Max(1, window / 8);
    private int _answers;

    /// <summary>Whether only <see cref="FlushAsync"/> acknowledges.</summary>
    public bool Deferred { get; set; }

    /// <summary>Messages that should have left, and the queue's channel is gone.</summary>
    public long Lost { get; private set; }

    /// <inheritdoc cref="AcknowledgementOrder.Keep"/>
    public void Keep(ulong tag) => _order.Keep(tag);

    /// <summary>The broker has answered for some.</summary>
    public Task OnAnswerAsync()
    {
        if (Deferred || (Interlocked.Increment(ref _answers) % _atOnce != 0 && outbox.Confirms.Outstanding > 0))
            return Task.CompletedTask;
        return FlushAsync();
    }

    public async Task FlushAsync()
    {
        await _one.WaitAsync().ConfigureAwait(false);
        try
        {
            _single.Clear();
            ulong upTo = _order.Take(_single, out int settled, out int confirmed);
            if (settled == 0)
                return;
            await AcknowledgeAsync(upTo, confirmed).ConfigureAwait(false);
            outbox.Release(settled);
        }
        finally
        {
            _one.Release();
        }
    }

    public void Dispose() => _one.Dispose();

    private async Task AcknowledgeAsync(ulong upTo, int confirmed)
    {
        try
        {
            if (upTo > 0)
                await source.Channel.BasicAckAsync(upTo, multiple: true, CancellationToken.None).ConfigureAwait(false);
            foreach (ulong tag in _single)
                await source.Channel.BasicAckAsync(tag, multiple: false, CancellationToken.None).ConfigureAwait(false);
            source.Acknowledged(confirmed);
        }
        catch (Exception gone) when (BrokerClient.IsBrokerFailure(gone))
        {
            Lost += confirmed;
        }
    }
}
