using RabbitMQ.Client;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>The two ends of a replay, and what is under way between them.</summary>
internal sealed class ReplayLine : IAsyncDisposable
{
    private readonly ReplayJob _job;
    private readonly DeadLetterAccess _broker;

    private ReplayLine(ReplayJob job, DeadLetterAccess broker, ReplayOutbox outbox, ReplaySource source)
    {
        _job = job;
        _broker = broker;
        Outbox = outbox;
        Source = source;
        Acknowledgements = new ReplayAcknowledgements(outbox, source, job.Request.Window);
        outbox.Confirmed = Acknowledgements.OnAnswerAsync;
    }

    public ReplayOutbox Outbox { get; }

    public ReplaySource Source { get; }

    public ReplayAcknowledgements Acknowledgements { get; }

    public static async Task<ReplayLine> OpenAsync(
        ReplayJob job,
        DeadLetterAccess broker,
        BrokerSession sourceSession,
        BrokerSession targetSession,
        ReplayCounts counts,
        ReplayStopSignal stop,
        CancellationToken cancellationToken)
    {
        ReplayOutbox outbox = await ReplayOutbox.OpenAsync(targetSession, job.Run, job.Request.Window, counts, stop, cancellationToken).ConfigureAwait(false);
        IChannel channel = await sourceSession.OpenChannelAsync(cancellationToken).ConfigureAwait(false);
        return new(job, broker, outbox, new ReplaySource(channel, job.Facts.Queue, stop));
    }

    /// <summary>
    /// Takes no more, and lets everything leave that is confirmed. Nothing is on its way any more when it is called, see
    /// <see cref="ReplaySource.IsSaturated"/>.
    /// </summary>
    /// <returns>Whether the broker answered for all that was sent.</returns>
    public async Task<bool> PauseAsync()
    {
        await Source.PauseAsync(CancellationToken.None).ConfigureAwait(false);
        bool isConfirmed = await IsAllConfirmedAsync().ConfigureAwait(false);
        await Acknowledgements.FlushAsync().ConfigureAwait(false);
        return isConfirmed;
    }

    /// <summary>Ends it: what is confirmed leaves, the rest goes back in order.</summary>
    /// <param name="taken">How many messages were dealt with.</param>
    public async Task FinishAsync(long taken)
    {
        Acknowledgements.Deferred = true;
        await Source.SaturatedAsync(_broker.AnswerTimeout, _broker.Time).ConfigureAwait(false);
        await Source.PauseAsync(CancellationToken.None).ConfigureAwait(false);
        await Task.WhenAny(Source.DrainedAsync(), Task.Delay(_broker.AnswerTimeout, _broker.Time, CancellationToken.None)).ConfigureAwait(false);
        await PauseAsync().ConfigureAwait(false);
        if (_job.Facts.Type == BrokerQueueType.Quorum && taken < _job.Depth)
            await Source.ReadOnAsync(_job.Depth - Source.Delivered, _broker.AnswerTimeout, _broker.Time, CancellationToken.None).ConfigureAwait(false);
        await Source.GiveBackAsync(_job.Facts.Type, _job.Method, _broker.Time).ConfigureAwait(false);
    }

    private async Task<bool> IsAllConfirmedAsync()
    {
        try
        {
            await Outbox.Confirms.AllAnsweredAsync().WaitAsync(_broker.AnswerTimeout, _broker.Time).ConfigureAwait(false);
            return Outbox.Confirms.Outstanding == 0;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Outbox.DisposeAsync().ConfigureAwait(false);
        await Source.Channel.DisposeAsync().ConfigureAwait(false);
        Acknowledgements.Dispose();
    }
}
