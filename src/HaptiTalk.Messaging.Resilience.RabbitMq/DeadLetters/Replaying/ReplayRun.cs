using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>Carries a replay out: reads the queue of dead letters, sends what the judge lets go, and gives the rest back.</summary>
internal sealed class ReplayRun(
    ReplayJob job, ReplayJudge judge, ReplayLine line, BrokerSession targets, DeadLetterAccess broker, ReplayCounts counts, ReplayStopSignal stop)
{
    private readonly ReplayPace _pace = new(job.Request.RatePerSecond, broker.Time);
    private readonly string _prefix = ReplayMessage.PrefixOf(job.Run);
    private readonly ReplayPrefetch _prefetch = new(job.Request);
    private readonly Dictionary<string, long> _batchTargets = new(StringComparer.Ordinal);
    private long _taken;
    private long _sent;
    private int? _switchTo;
    private volatile bool _isPacing;

    public async Task RunAsync(IProgress<ReplayProgress>? progress, BatchWatch? watch, CancellationToken cancellationToken)
    {
        CancellationTokenRegistration registration = cancellationToken.Register(() => stop.Stop(new(ReplayStop.Cancelled, "It was stopped.")));
        await using ConfiguredAsyncDisposable disposed = registration.ConfigureAwait(false);
        ExceptionDispatchInfo? failure = null;
        try
        {
            if (watch is null)
                await ReadToAsync(job.Depth, _prefetch.First, progress).ConfigureAwait(false);
            else
                await ReadInBatchesAsync(watch, progress).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stop.IsStopped)
        {
            // The signal has the reason.
        }
        catch (Exception lost)
        {
            if (!BrokerClient.IsBrokerFailure(lost))
                failure = ExceptionDispatchInfo.Capture(lost is ArgumentException callers ? new CallersOwnException(callers) : lost);
            stop.Stop(new(ReplayStop.BrokerLost, lost.GetBaseException().Message));
        }

        await FinishAsync().ConfigureAwait(false);
        progress?.Report(counts.Progress());
        failure?.Throw();
    }

    private async Task ReadInBatchesAsync(BatchWatch watch, IProgress<ReplayProgress>? progress)
    {
        IReadOnlyList<int> sizes = job.Request.Batches!.Sizes;
        line.Acknowledgements.Deferred = true;
        for (int batch = 0; _taken < job.Depth && !stop.IsStopped; batch++)
        {
            int size = Math.Min(sizes[Math.Min(batch, sizes.Count - 1)], job.Request.Window);
            long sentBefore = _sent;
            long takenBefore = _taken;
            _batchTargets.Clear();
            await watch.BeginAsync(stop.Token).ConfigureAwait(false);
            long end = Math.Min(_taken + size, job.Depth);
            await ReadToAsync(end, (int)(end - _taken), progress).ConfigureAwait(false);
            if (stop.IsStopped)
                return;
            if (!await line.PauseAsync().ConfigureAwait(false))
                stop.Stop(new ReplayIdleTimeout(broker).NotConfirmed);
            if (!stop.IsStopped && _sent > sentBefore
                && await watch.SettleAsync(_taken - takenBefore, _sent - sentBefore, _batchTargets, stop.Token).ConfigureAwait(false) is { } enough)
            {
                stop.Stop(enough);
            }

            progress?.Report(counts.Progress());
        }
    }

    /// <summary>Reads until so many messages have been taken, and watches meanwhile that something happens.</summary>
    private async Task ReadToAsync(long end, int prefetch, IProgress<ReplayProgress>? progress)
    {
        using var read = CancellationTokenSource.CreateLinkedTokenSource(stop.Token);
        Task watching = WatchAsync(progress, read.Token);
        try
        {
            await foreach (BrokerMessage message in line.Source.ReadAsync(prefetch, stop.Token).ConfigureAwait(false))
            {
                await HandleAsync(message).ConfigureAwait(false);
                if (_taken == end || stop.IsStopped)
                    break;
                if (_prefetch.IsFull)
                    stop.Stop(new(ReplayStop.TooManyKept, "More messages had to be kept than one consumer may hold. Replay what is meant by smaller selections from the head, or export and import."));
                else if (job.Request.Batches is null)
                    await AdjustAsync(message.Body.Length).ConfigureAwait(false);
            }
        }
        finally
        {
            await read.CancelAsync().ConfigureAwait(false);
            await watching.ConfigureAwait(false);
        }
    }

    private async ValueTask HandleAsync(BrokerMessage message)
    {
        long sentBefore = _sent;
        try
        {
            if (stop.IsStopped)
                return;
            if (job.Facts.IsNearLimit(message.DeliveryCount) && !job.Request.DespiteDeliveryLimit)
            {
                stop.Stop(new(ReplayStop.NearDeliveryLimit, $"{PeekTable.NearLimit(job.Facts, message.DeliveryCount).Reason}. Lift the limit, or say that it may be risked."));
                return;
            }

            // One that this replay has sent has come back, and stays. Others may come behind it: a look gives back later what it holds.
            if (ReplayMessage.NumberOf(message.Properties.Headers, _prefix) is null)
                await TakeAsync(message).ConfigureAwait(false);
        }
        finally
        {
            if (_sent == sentBefore)
                Keep(message.Tag);
        }
    }

    private async ValueTask TakeAsync(BrokerMessage message)
    {
        ReplayVerdict verdict = await judge.JudgeAsync(message, stop.Token).ConfigureAwait(false);
        if (verdict.IsSent && await SendAsync(message, verdict).ConfigureAwait(false) is { } refusal)
            verdict = verdict with { Kept = ReplayOutcome.MessageRefused, Detail = refusal };
        counts.See(message, verdict);
        if (++_taken < job.Depth && _sent == job.Request.Limit)
            stop.Stop(ReplayEnd.Completed);
    }

    private void Keep(ulong tag)
    {
        line.Acknowledgements.Keep(tag);
        line.Source.Keep(tag);
        _prefetch.Keep();
    }

    // From one prefetch to another only while nothing is on its way; see ReplaySource.IsSaturated.
    private async ValueTask AdjustAsync(int bodyLength)
    {
        _switchTo ??= _prefetch.Next(bodyLength);
        if (_switchTo is not { } other)
            return;
        line.Acknowledgements.Deferred = true;
        if (!line.Source.IsSaturated)
            return;
        if (!await line.PauseAsync().ConfigureAwait(false))
        {
            stop.Stop(new ReplayIdleTimeout(broker).NotConfirmed);
            return;
        }

        (_switchTo, line.Acknowledgements.Deferred) = (null, false);
        await line.Source.ConsumeAsync(other, stop.Token).ConfigureAwait(false);
    }

    private async ValueTask<string?> SendAsync(BrokerMessage message, ReplayVerdict verdict)
    {
        if (job.Request.Batches is not null && !_batchTargets.ContainsKey(verdict.Target!))
            _batchTargets[verdict.Target!] = await targets.TryCountAsync(verdict.Target!, stop.Token).ConfigureAwait(false) ?? 0;
        _isPacing = true;
        await _pace.WaitAsync(stop.Token).ConfigureAwait(false);
        _isPacing = false;
        ReadOnlyMemory<byte> body = job.Edit?.Body(message.Body) ?? message.Body;
        if (verdict.WithoutReply)
            body = Requesters.WithoutReply(body);
        if (_switchTo is not null && line.Outbox.IsFull)
        {
            // More than the window is let through before the switch: the window counts.
            line.Acknowledgements.Deferred = false;
            await line.Acknowledgements.FlushAsync().ConfigureAwait(false);
        }

        ReplayedMessage? report = counts.ReportsEach ? ReplayPreview.Describe(message, verdict) : null;
        string? refusal = await line.Outbox.SendAsync(message, verdict, body, job.Edit is { } edit ? edit.Change : null, report, stop.Token).ConfigureAwait(false);
        if (refusal is null)
            _sent++;
        return refusal is null || job.Edit is null ? refusal : throw new ArgumentException($"The changed message cannot be sent: {refusal}. Nothing was sent.", nameof(message));
    }

    private async Task WatchAsync(IProgress<ReplayProgress>? progress, CancellationToken cancellationToken)
    {
        var idle = new ReplayIdleTimeout(broker);
        try
        {
            using PeriodicTimer timer = new(ReplayIdleTimeout.Interval, broker.Time);
            while (await timer.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false))
            {
                progress?.Report(counts.Progress());
                if (idle.IsOver(Interlocked.Read(ref _taken) + counts.Of(ReplayOutcome.Replayed), _isPacing))
                    stop.Stop(line.Outbox.Confirms.Outstanding > 0 ? idle.NotConfirmed : ReplayIdleTimeout.Missing(job.Depth - Interlocked.Read(ref _taken)));
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // All is read, or the replay has stopped.
        }
        catch (Exception failure)
        {
            // Whoever is told of the progress has failed. Nobody watches any more.
            stop.Stop(new(ReplayStop.BrokerLost, failure.Message));
            throw;
        }
    }

    private async Task FinishAsync()
    {
        try
        {
            await line.FinishAsync(_taken).ConfigureAwait(false);
        }
        catch (Exception failure) when (BrokerClient.IsBrokerFailure(failure))
        {
            // What is not acknowledged goes back with the end of the connection, too.
            stop.Stop(new(ReplayStop.BrokerLost, failure.GetBaseException().Message));
        }

        line.Outbox.GiveUp();
    }
}
