using System.Globalization;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>Looks after a batch: waits until its messages have been taken up, and counts those that come back.</summary>
internal sealed class BatchWatch(ReplayBatches batches, BrokerSession session, string queue, ReturnTap? tap, ReplayCounts counts, TimeProvider time)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    private long _sent;
    private long _readyBefore;
    private long _returnedBefore;

    public ReturnWatch Kind => tap is null ? ReturnWatch.Growth : ReturnWatch.Copies;

    /// <summary>Before anything of the batch is taken.</summary>
    public async Task BeginAsync(CancellationToken cancellationToken)
    {
        _returnedBefore = counts.Returned;
        _readyBefore = tap is null ? await session.CountAsync(queue, cancellationToken).ConfigureAwait(false) ?? 0 : 0;
    }

    /// <param name="taken">Messages of the batch, those that were kept too.</param>
    /// <param name="sent">Those that were sent.</param>
    /// <param name="targets">Where to, and how many were ready there before.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Why no other batch may follow; null when one may.</returns>
    public async Task<ReplayEnd?> SettleAsync(
        long taken, long sent, IReadOnlyDictionary<string, long> targets, CancellationToken cancellationToken)
    {
        _sent += sent;
        long started = time.GetTimestamp();
        long? takenUp = null;
        while (true)
        {
            await CountReturnedAsync(taken, cancellationToken).ConfigureAwait(false);
            long ofBatch = counts.Returned - _returnedBefore;
            if (ofBatch > batches.MaxReturnedShare * sent || counts.Returned > batches.MaxReturnedShare * _sent)
            {
                return new(ReplayStop.TooManyReturned, string.Create(CultureInfo.InvariantCulture,
                    $"{ofBatch} of the last {sent} messages and {counts.Returned} of all {_sent} came back; at most {batches.MaxReturnedShare:P0} may."));
            }

            if (takenUp is null && await AreTakenUpAsync(targets, cancellationToken).ConfigureAwait(false))
                takenUp = time.GetTimestamp();
            if (takenUp is { } since && time.GetElapsedTime(since) >= batches.Settle)
                return null;
            if (takenUp is null && time.GetElapsedTime(started) >= batches.ConsumeTimeout)
            {
                return new(ReplayStop.NotConsumed,
                    $"After {batches.ConsumeTimeout} {string.Join(", ", targets.Keys)} still had messages of the last batch: are its consumers running?");
            }

            await Task.Delay(Interval, time, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task CountReturnedAsync(long taken, CancellationToken cancellationToken)
    {
        if (tap is not null)
        {
            counts.ComeBack(tap.Returned - counts.Returned);
            return;
        }

        // Nothing consumes the queue between batches: what is more than should be left has arrived.
        long ready = await session.CountAsync(queue, cancellationToken).ConfigureAwait(false) ?? 0;
        long arrived = ready - Math.Max(0, _readyBefore - taken);
        counts.ComeBack(arrived - (counts.Returned - _returnedBefore));
    }

    private async Task<bool> AreTakenUpAsync(IReadOnlyDictionary<string, long> targets, CancellationToken cancellationToken)
    {
        foreach ((string target, long before) in targets)
        {
            if (await session.TryCountAsync(target, cancellationToken).ConfigureAwait(false) > before)
                return false;
        }

        return true;
    }
}
