using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using RabbitMQ.Client;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>Carries a replay out: takes what the judge lets go from one queue to others, and gives the rest back.</summary>
internal sealed class ReplayRun : IAsyncDisposable
{
    private static readonly TimeSpan ProgressInterval = TimeSpan.FromMilliseconds(500);

    private readonly ReplayJob _job;
    private readonly ReplayJudge _judge;
    private readonly BrokerSession _targetSession;
    private readonly BrokerAccess _broker;
    private readonly ReplayTally _tally;
    private readonly ReplayPace _pace;
    private readonly CancellationTokenSource _stopping = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly string _prefix;
    private readonly ReplayPrefetch _prefetch;
    private readonly Dictionary<string, long> _batchTargets = new(StringComparer.Ordinal);
    private volatile TaskCompletionSource _phase = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ReplayOutbox _outbox = null!;
    private ReplaySource _source = null!;
    private ReplayAcknowledgements _acknowledgements = null!;
    private ReplayEnd? _end;
    private ExceptionDispatchInfo? _failure;
    private long _taken;
    private long _phaseEnd;
    private long _sent;
    private int? _switchTo;
    private volatile bool _isWaiting;

    public ReplayRun(ReplayJob job, ReplayJudge judge, BrokerSession targetSession, BrokerAccess broker, ReplayTally tally)
    {
        _job = job;
        _judge = judge;
        _targetSession = targetSession;
        _broker = broker;
        _tally = tally;
        _pace = new ReplayPace(job.Request.RatePerSecond, broker.Time);
        _prefix = ReplayMessage.PrefixOf(job.Run);
        _prefetch = new ReplayPrefetch(job.Request);
    }

    /// <summary>Why it ended.</summary>
    public ReplayEnd End => _end ?? ReplayEnd.Completed;

    /// <summary>Messages that are in their target and may still be in the queue of dead letters, too.</summary>
    public long Unacknowledged => _acknowledgements.Lost;

    public async Task RunAsync(BrokerSession sourceSession, IProgress<ReplayProgress>? progress, BatchWatch? watch, CancellationToken cancellationToken)
    {
        _outbox = await ReplayOutbox.OpenAsync(
            _targetSession, _job.Run, _job.Request.Window, _tally, Stop, () => _acknowledgements.OnAnswerAsync(), cancellationToken).ConfigureAwait(false);
        IChannel channel = await sourceSession.OpenChannelAsync(cancellationToken).ConfigureAwait(false);
        _source = new ReplaySource(channel, _job.Facts.Queue, HandleAsync, Stop);
        _acknowledgements = new ReplayAcknowledgements(_outbox, _source, _job.Request.Window);
        CancellationTokenRegistration registration = cancellationToken.Register(() => Stop(new(ReplayStop.Cancelled, "It was stopped.")));
        await using ConfiguredAsyncDisposable disposed = registration.ConfigureAwait(false);
        try
        {
            if (watch is null)
                await InOneGoAsync(progress).ConfigureAwait(false);
            else
                await InBatchesAsync(watch, progress).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // Stopped: why is noted.
        }
        catch (Exception failure) when (BrokerAccess.IsTrouble(failure))
        {
            Stop(new(ReplayStop.BrokerLost, failure.GetBaseException().Message));
        }

        await FinishAsync().ConfigureAwait(false);
        progress?.Report(_tally.Progress());
        _failure?.Throw();
    }

    public async ValueTask DisposeAsync()
    {
        if (_outbox is not null)
            await _outbox.DisposeAsync().ConfigureAwait(false);
        _acknowledgements?.Dispose();
        _stopping.Dispose();
    }

    private async Task InOneGoAsync(IProgress<ReplayProgress>? progress)
    {
        _phaseEnd = _job.Depth;
        await _source.ConsumeAsync(_prefetch.First, _stopping.Token).ConfigureAwait(false);
        await WaitForPhaseAsync(progress).ConfigureAwait(false);
    }

    private async Task InBatchesAsync(BatchWatch watch, IProgress<ReplayProgress>? progress)
    {
        IReadOnlyList<int> sizes = _job.Request.Batches!.Sizes;
        _acknowledgements.Deferred = true;
        for (int batch = 0; _taken < _job.Depth && _end is null; batch++)
        {
            int size = Math.Min(sizes[Math.Min(batch, sizes.Count - 1)], _job.Request.Window);
            long sentBefore = _sent;
            long takenBefore = _taken;
            _batchTargets.Clear();
            await watch.BeginAsync(_stopping.Token).ConfigureAwait(false);
            _phase = new(TaskCreationOptions.RunContinuationsAsynchronously);
            _phaseEnd = Math.Min(_taken + size, _job.Depth);
            await _source.ConsumeAsync((int)(_phaseEnd - _taken), _stopping.Token).ConfigureAwait(false);
            await WaitForPhaseAsync(progress).ConfigureAwait(false);
            if (_end is not null)
                return;
            await _source.PauseAsync(_stopping.Token).ConfigureAwait(false);
            if (!await ConfirmedAsync().ConfigureAwait(false))
                Stop(NotConfirmed());
            await _acknowledgements.FlushAsync().ConfigureAwait(false);
            if (_end is null && _sent > sentBefore
                && await watch.SettleAsync(_taken - takenBefore, _sent - sentBefore, _batchTargets, _stopping.Token).ConfigureAwait(false) is { } enough)
            {
                Stop(enough);
            }

            progress?.Report(_tally.Progress());
        }
    }

    /// <returns>Whether it was sent, or may have been.</returns>
    private async Task<bool> HandleAsync(BrokerMessage message)
    {
        if (_end is not null)
            return false;
        long sentBefore = _sent;
        try
        {
            if (_job.Facts.IsNearLimit(message.DeliveryCount) && !_job.Request.DespiteDeliveryLimit)
                Stop(new(ReplayStop.NearDeliveryLimit, $"{PeekTable.NearLimit(_job.Facts, message.DeliveryCount).Reason}. Lift the limit, or say that it may be risked."));
            else if (message.Properties.Headers is { } headers && headers.TryGetValue(HeaderName.ReplayId, out object? id) && ReplayMessage.NumberOf(id, _prefix) is not null)
                Stop(new(ReplayStop.Completed, null)); // Its own messages come back: everything before them has been dealt with.
            else
                await TakeAsync(message).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // It stays.
        }
        catch (Exception failure)
        {
            if (!BrokerAccess.IsTrouble(failure))
                _failure = ExceptionDispatchInfo.Capture(failure);
            Stop(new(ReplayStop.BrokerLost, failure.GetBaseException().Message));
        }

        return _sent > sentBefore;
    }

    private async ValueTask TakeAsync(BrokerMessage message)
    {
        ReplayVerdict verdict = await _judge.JudgeAsync(message, _stopping.Token).ConfigureAwait(false);
        if (!verdict.IsSelected || verdict.Kept is not null)
        {
            _outbox.Keep(message.Tag);
            _prefetch.Keep();
            if (verdict.Kept is { } outcome)
                _tally.Add(outcome, verdict.Target, ReplayPreview.Describe(message, verdict));
        }
        else
        {
            await SendAsync(message, verdict).ConfigureAwait(false);
        }

        _tally.SeeOne(verdict.IsSelected);
        if (++_taken == _phaseEnd)
            _phase.TrySetResult();
        else if (_sent == _job.Request.Limit)
            Stop(ReplayEnd.Completed);
        else if (_prefetch.IsFull)
            Stop(new(ReplayStop.TooManyKept, "More messages had to be kept than one consumer may hold. Replay what is meant by smaller selections from the head, or export and import."));
        else if (_job.Request.Batches is null)
            await AdjustAsync(message.Body.Length).ConfigureAwait(false);
    }

    // From one prefetch to another only while nothing is on its way; see ReplaySource.IsSaturated.
    private async ValueTask AdjustAsync(int bodyLength)
    {
        _switchTo ??= _prefetch.Next(bodyLength);
        if (_switchTo is not { } other)
            return;
        _acknowledgements.Deferred = true;
        if (!_source.IsSaturated)
            return;
        await _source.PauseAsync(_stopping.Token).ConfigureAwait(false);
        if (!await ConfirmedAsync().ConfigureAwait(false))
        {
            Stop(NotConfirmed());
            return;
        }

        await _acknowledgements.FlushAsync().ConfigureAwait(false);
        (_switchTo, _acknowledgements.Deferred) = (null, false);
        await _source.ConsumeAsync(other, _stopping.Token).ConfigureAwait(false);
    }

    private async ValueTask SendAsync(BrokerMessage message, ReplayVerdict verdict)
    {
        if (_acknowledgements.Deferred && !_batchTargets.ContainsKey(verdict.Target!))
            _batchTargets[verdict.Target!] = await _targetSession.CountAsync(verdict.Target!, _stopping.Token).ConfigureAwait(false) ?? 0;
        _isWaiting = true;
        await _pace.WaitAsync(_stopping.Token).ConfigureAwait(false);
        _isWaiting = false;
        ReadOnlyMemory<byte> body = _job.Edit?.Body(message.Body) ?? message.Body;
        if (verdict.WithoutReply)
            body = Requesters.WithoutReply(body);
        if (_switchTo is not null && _outbox.IsFull)
        {
            // More than the window is let through before the switch: the window counts.
            _acknowledgements.Deferred = false;
            await _acknowledgements.FlushAsync().ConfigureAwait(false);
        }

        ReplayedMessage? report = _tally.ReportsEach ? ReplayPreview.Describe(message, verdict) : null;
        await _outbox.SendAsync(message, verdict, body, _job.Edit is { } edit ? edit.Change : null, report, _stopping.Token).ConfigureAwait(false);
        _sent++;
    }

    private async Task WaitForPhaseAsync(IProgress<ReplayProgress>? progress)
    {
        long activity = -1;
        long since = _broker.Time.GetTimestamp();
        while (!_ended.Task.IsCompleted && !_phase.Task.IsCompleted)
        {
            try
            {
                await Task.WhenAny(_ended.Task, _phase.Task).WaitAsync(ProgressInterval, _broker.Time).ConfigureAwait(false);
            }
            catch (TimeoutException)
            {
                progress?.Report(_tally.Progress());
            }

            long now = _taken + _tally.Of(ReplayOutcome.Replayed);
            if (now != activity || _isWaiting)
                (activity, since) = (now, _broker.Time.GetTimestamp());
            else if (_broker.Time.GetElapsedTime(since) > _broker.Patience)
                Stop(_outbox.Outstanding > 0 ? NotConfirmed() : new(ReplayStop.Completed, $"{_job.Depth - _taken} messages fewer came than were counted: another consumer may hold them."));
        }
    }

    /// <summary>Whether the broker has answered for everything.</summary>
    private async Task<bool> ConfirmedAsync()
    {
        long since = _broker.Time.GetTimestamp();
        while (_outbox.Outstanding > 0 && !_outbox.Closed.IsCompleted && _broker.Time.GetElapsedTime(since) < _broker.Patience)
            await Task.Delay(TimeSpan.FromMilliseconds(2), _broker.Time, CancellationToken.None).ConfigureAwait(false);
        return _outbox.Outstanding == 0;
    }

    private ReplayEnd NotConfirmed() =>
        new(ReplayStop.BrokerLost, $"The broker did not confirm within {_broker.Patience.TotalSeconds} s: it may be out of memory or disk, or its queue without a majority.");

    private async Task FinishAsync()
    {
        try
        {
            _acknowledgements.Deferred = true;
            await _source.SaturatedAsync(_broker.Patience, _broker.Time).ConfigureAwait(false);
            await _source.PauseAsync(CancellationToken.None).ConfigureAwait(false);
            await Task.WhenAny(_source.DrainedAsync(), Task.Delay(_broker.Patience, _broker.Time, CancellationToken.None)).ConfigureAwait(false);
            await ConfirmedAsync().ConfigureAwait(false);
            await _acknowledgements.FlushAsync().ConfigureAwait(false);
            if (_job.Facts.Type == BrokerQueueType.Quorum && _taken < _job.Depth)
                await _source.ReadOnAsync(_job.Depth - _source.Delivered, _broker.Patience, _broker.Time, CancellationToken.None).ConfigureAwait(false);
            await _source.GiveBackAsync(_job.Facts.Type, _job.Way, _broker.Time).ConfigureAwait(false);
        }
        catch (Exception failure) when (BrokerAccess.IsTrouble(failure))
        {
            // What is not acknowledged is given back by the end of the connection as well.
            Stop(new(ReplayStop.BrokerLost, failure.GetBaseException().Message));
        }

        _outbox.GiveUp();
    }

    private void Stop(ReplayEnd end)
    {
        Interlocked.CompareExchange(ref _end, end, null);
        _ended.TrySetResult();
        _stopping.Cancel();
    }
}
