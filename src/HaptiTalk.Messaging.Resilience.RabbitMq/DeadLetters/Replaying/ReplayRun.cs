using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>Carries a replay out: takes what the judge lets go from one queue to others, and gives the rest back.</summary>
internal sealed class ReplayRun : IAsyncDisposable
{
    private readonly ReplayJob _job;
    private readonly ReplayJudge _judge;
    private readonly BrokerSession _targetSession;
    private readonly DeadLetterAccess _broker;
    private readonly ReplayTally _tally;
    private readonly ReplayPace _pace;
    private readonly CancellationTokenSource _stopping = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly string _prefix;
    private readonly ReplayPrefetch _prefetch;
    private readonly Dictionary<string, long> _batchTargets = new(StringComparer.Ordinal);
    private volatile TaskCompletionSource _phase = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ReplayLine _line = null!;
    private ReplayEnd? _end;
    private ExceptionDispatchInfo? _failure;
    private long _taken;
    private long _phaseEnd;
    private long _sent;
    private int? _switchTo;
    private volatile bool _isWaiting;

    public ReplayRun(ReplayJob job, ReplayJudge judge, BrokerSession targetSession, DeadLetterAccess broker, ReplayTally tally)
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
    public long Unacknowledged => _line.Acknowledgements.Lost;

    public async Task RunAsync(BrokerSession sourceSession, IProgress<ReplayProgress>? progress, BatchWatch? watch, CancellationToken cancellationToken)
    {
        _line = await ReplayLine.OpenAsync(_job, _broker, sourceSession, _targetSession, _tally, HandleAsync, Stop, cancellationToken).ConfigureAwait(false);
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
        catch (Exception failure) when (BrokerClient.IsBrokerFailure(failure))
        {
            Stop(new(ReplayStop.BrokerLost, failure.GetBaseException().Message));
        }

        await FinishAsync().ConfigureAwait(false);
        progress?.Report(_tally.Progress());
        (_failure is { SourceException: ArgumentException callers } ? ExceptionDispatchInfo.Capture(new CallersOwnException(callers)) : _failure)?.Throw();
    }

    public async ValueTask DisposeAsync()
    {
        if (_line is not null)
            await _line.DisposeAsync().ConfigureAwait(false);
        _stopping.Dispose();
    }

    private async Task InOneGoAsync(IProgress<ReplayProgress>? progress)
    {
        _phaseEnd = _job.Depth;
        await _line.Source.ConsumeAsync(_prefetch.First, _stopping.Token).ConfigureAwait(false);
        await WaitForPhaseAsync(progress).ConfigureAwait(false);
    }

    private async Task InBatchesAsync(BatchWatch watch, IProgress<ReplayProgress>? progress)
    {
        IReadOnlyList<int> sizes = _job.Request.Batches!.Sizes;
        _line.Acknowledgements.Deferred = true;
        for (int batch = 0; _taken < _job.Depth && _end is null; batch++)
        {
            int size = Math.Min(sizes[Math.Min(batch, sizes.Count - 1)], _job.Request.Window);
            long sentBefore = _sent;
            long takenBefore = _taken;
            _batchTargets.Clear();
            await watch.BeginAsync(_stopping.Token).ConfigureAwait(false);
            _phase = new(TaskCreationOptions.RunContinuationsAsynchronously);
            _phaseEnd = Math.Min(_taken + size, _job.Depth);
            await _line.Source.ConsumeAsync((int)(_phaseEnd - _taken), _stopping.Token).ConfigureAwait(false);
            await WaitForPhaseAsync(progress).ConfigureAwait(false);
            if (_end is not null)
                return;
            if (!await _line.PauseAsync().ConfigureAwait(false))
                Stop(new ReplayPatience(_broker).NotConfirmed);
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
            else if (ReplayMessage.NumberOf(message.Properties.Headers, _prefix) is not null)
                Keep(message.Tag); // It has come back. Others may come behind it: a look gives back later what it holds.
            else
                await TakeAsync(message).ConfigureAwait(false);
            if (_end is null && !_phase.Task.IsCompleted && _job.Request.Batches is null)
                await AdjustAsync(message.Body.Length).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // It stays.
        }
        catch (Exception failure)
        {
            if (!BrokerClient.IsBrokerFailure(failure))
                _failure = ExceptionDispatchInfo.Capture(failure);
            Stop(new(ReplayStop.BrokerLost, failure.GetBaseException().Message));
        }

        return _sent > sentBefore;
    }

    private async ValueTask TakeAsync(BrokerMessage message)
    {
        ReplayVerdict verdict = await _judge.JudgeAsync(message, _stopping.Token).ConfigureAwait(false);
        if (verdict.IsSent && await SendAsync(message, verdict).ConfigureAwait(false) is { } refusal)
            verdict = verdict with { Kept = ReplayOutcome.MessageRefused, Detail = refusal };
        if (!verdict.IsSent)
            Keep(message.Tag);
        _tally.See(message, verdict);
        if (++_taken == _phaseEnd)
            _phase.TrySetResult();
        else if (_sent == _job.Request.Limit)
            Stop(ReplayEnd.Completed);
        else if (_prefetch.IsFull)
            Stop(new(ReplayStop.TooManyKept, "More messages had to be kept than one consumer may hold. Replay what is meant by smaller selections from the head, or export and import."));
    }

    private void Keep(ulong tag)
    {
        _line.Outbox.Keep(tag);
        _line.Source.Keep(tag);
        _prefetch.Keep();
    }

    // From one prefetch to another only while nothing is on its way; see ReplaySource.IsSaturated.
    private async ValueTask AdjustAsync(int bodyLength)
    {
        _switchTo ??= _prefetch.Next(bodyLength);
        if (_switchTo is not { } other)
            return;
        _line.Acknowledgements.Deferred = true;
        if (!_line.Source.IsSaturated)
            return;
        if (!await _line.PauseAsync().ConfigureAwait(false))
        {
            Stop(new ReplayPatience(_broker).NotConfirmed);
            return;
        }

        (_switchTo, _line.Acknowledgements.Deferred) = (null, false);
        await _line.Source.ConsumeAsync(other, _stopping.Token).ConfigureAwait(false);
    }

    private async ValueTask<string?> SendAsync(BrokerMessage message, ReplayVerdict verdict)
    {
        if (_job.Request.Batches is not null && !_batchTargets.ContainsKey(verdict.Target!))
            _batchTargets[verdict.Target!] = await _targetSession.TryCountAsync(verdict.Target!, _stopping.Token).ConfigureAwait(false) ?? 0;
        _isWaiting = true;
        await _pace.WaitAsync(_stopping.Token).ConfigureAwait(false);
        _isWaiting = false;
        ReadOnlyMemory<byte> body = _job.Edit?.Body(message.Body) ?? message.Body;
        if (verdict.WithoutReply)
            body = Requesters.WithoutReply(body);
        if (_switchTo is not null && _line.Outbox.IsFull)
        {
            // More than the window is let through before the switch: the window counts.
            _line.Acknowledgements.Deferred = false;
            await _line.Acknowledgements.FlushAsync().ConfigureAwait(false);
        }

        ReplayedMessage? report = _tally.ReportsEach ? ReplayPreview.Describe(message, verdict) : null;
        string? refusal = await _line.Outbox.SendAsync(message, verdict, body, _job.Edit is { } edit ? edit.Change : null, report, _stopping.Token).ConfigureAwait(false);
        if (refusal is null)
            _sent++;
        return refusal is null || _job.Edit is null ? refusal : throw new ArgumentException($"The changed message cannot be sent: {refusal}. Nothing was sent.", nameof(message));
    }

    private async Task WaitForPhaseAsync(IProgress<ReplayProgress>? progress)
    {
        var patience = new ReplayPatience(_broker);
        while (!_ended.Task.IsCompleted && !_phase.Task.IsCompleted)
        {
            if (!await ReplayPatience.WaitAsync(Task.WhenAny(_ended.Task, _phase.Task), _broker.Time).ConfigureAwait(false))
                progress?.Report(_tally.Progress());
            if (!patience.IsOver(_taken + _tally.Of(ReplayOutcome.Replayed), _isWaiting))
                continue;
            Stop(_line.Outbox.Outstanding > 0 ? patience.NotConfirmed : ReplayPatience.Missing(_job.Depth - _taken));
        }
    }

    private async Task FinishAsync()
    {
        try
        {
            await _line.FinishAsync(_taken).ConfigureAwait(false);
        }
        catch (Exception failure) when (BrokerClient.IsBrokerFailure(failure))
        {
            // What is not acknowledged is given back by the end of the connection as well.
            Stop(new(ReplayStop.BrokerLost, failure.GetBaseException().Message));
        }

        _line.Outbox.GiveUp();
    }

    private void Stop(ReplayEnd end)
    {
        Interlocked.CompareExchange(ref _end, end, null);
        _ended.TrySetResult();
        _stopping.Cancel();
    }
}
