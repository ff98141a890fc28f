using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>
/// Publishes in order, and tells when a message may leave the queue it came from. Writes are awaited one by one, so that they keep
/// their order; confirms are counted here, because the client's own tracking costs more than the rest.
/// </summary>
internal sealed class ReplayOutbox : IAsyncDisposable
{
    private static readonly CreateChannelOptions WithConfirms = new(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: false);

    private readonly IConnection _connection;
    private readonly IChannel _channel;
    private readonly ReplayLedger _ledger;
    private readonly ReplayMessage _message;
    private readonly ReplayTally _tally;
    private readonly string _prefix;
    private readonly Action<ReplayEnd> _stop;
    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _places;
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Action<string, ReplayedMessage?> _count;
    private string? _lastTarget;
    private CachedString _lastKey = new("");

    private ReplayOutbox(IConnection connection, IChannel channel, string run, int window, ReplayTally tally, Action<ReplayEnd> stop)
    {
        _connection = connection;
        _channel = channel;
        _ledger = new ReplayLedger(window);
        _message = new ReplayMessage(run);
        _prefix = ReplayMessage.PrefixOf(run);
        _tally = tally;
        _stop = stop;
        _count = (target, report) => tally.Add(ReplayOutcome.Replayed, target, report);
        _places = new SemaphoreSlim(window);
        channel.BasicAcksAsync += OnAckAsync;
        channel.BasicNacksAsync += OnNackAsync;
        channel.BasicReturnAsync += OnReturnAsync;
        channel.ChannelShutdownAsync += OnShutdownAsync;
    }

    /// <summary>Called after each answer of the broker.</summary>
    public Func<Task> Confirmed { get; set; } = static () => Task.CompletedTask;

    public int Outstanding
    {
        get
        {
            lock (_lock)
                return _ledger.Outstanding;
        }
    }

    /// <summary>Whether the next message has to wait until others have left their queue.</summary>
    public bool IsFull => _places.CurrentCount == 0;

    /// <summary>Ends when nothing can be published any more.</summary>
    public Task Closed => _closed.Task;

    /// <param name="session">Publishes through it.</param>
    /// <param name="run">Names this replay.</param>
    /// <param name="window">How many may be on their way.</param>
    /// <param name="tally">Counts.</param>
    /// <param name="stop">Told what nothing more can be sent after.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<ReplayOutbox> OpenAsync(
        BrokerSession session, string run, int window, ReplayTally tally, Action<ReplayEnd> stop, CancellationToken cancellationToken) =>
        new(session.Connection, await session.OpenChannelAsync(cancellationToken, WithConfirms).ConfigureAwait(false), run, window, tally, stop);

    /// <summary>A delivery that stays.</summary>
    public void Keep(ulong tag)
    {
        lock (_lock)
            _ledger.Keep(tag);
    }

    /// <returns>Why it cannot be sent; null when it was.</returns>
    public async ValueTask<string?> SendAsync(
        BrokerMessage original, ReplayVerdict verdict, ReadOnlyMemory<byte> body, Action<BasicProperties>? change, ReplayedMessage? report,
        CancellationToken cancellationToken)
    {
        await _places.WaitAsync(cancellationToken).ConfigureAwait(false);
        BasicProperties properties = _message.Fill(original.Properties, _ledger.Last + 1, verdict.WithoutReply);
        change?.Invoke(properties);
        if (HeaderFrame.Problem(properties, _connection) is { } problem)
        {
            _places.Release();
            return problem;
        }

        lock (_lock)
            _ledger.Send(original.Tag, verdict.Target!, report);
        if (verdict.Target != _lastTarget)
            (_lastTarget, _lastKey) = (verdict.Target, new(verdict.Target!));
        await _channel.BasicPublishAsync(CachedString.Empty, _lastKey, mandatory: true, properties, body, cancellationToken).ConfigureAwait(false);
        return null;
    }

    /// <summary>What may be acknowledged now; see <see cref="ReplayLedger.TakeAcknowledgeable"/>.</summary>
    public ulong TakeAcknowledgeable(List<ulong> single, out int settled, out int confirmed)
    {
        lock (_lock)
            return _ledger.TakeAcknowledgeable(single, out settled, out confirmed);
    }

    /// <summary>Those acknowledged make place for others.</summary>
    public void Release(int settled)
    {
        if (settled > 0)
            _places.Release(settled);
    }

    /// <summary>Counts what is still unknown; nothing will become known any more.</summary>
    public void GiveUp()
    {
        lock (_lock)
        {
            foreach ((string target, ReplayedMessage? report) in _ledger.InDoubt())
                _tally.Add(ReplayOutcome.InDoubt, target, report);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _channel.DisposeAsync().ConfigureAwait(false);
        _places.Dispose();
    }

    private Task OnAckAsync(object sender, BasicAckEventArgs ack)
    {
        lock (_lock)
            _ledger.Confirm(ack.DeliveryTag, ack.Multiple, _count);
        return Confirmed();
    }

    private Task OnNackAsync(object sender, BasicNackEventArgs nack)
    {
        Refuse(nack.DeliveryTag, nack.Multiple, ReplayOutcome.TargetRefused);
        _stop(new(ReplayStop.TargetRefused, "The target took no more. If it is full (x-max-length with overflow reject-publish), wait for its consumers, or raise its limit."));
        return Confirmed();
    }

    // The broker returns what no queue took, and confirms it afterwards.
    private Task OnReturnAsync(object sender, BasicReturnEventArgs returned)
    {
        ulong? number = ReplayMessage.NumberOf(returned.BasicProperties.Headers, _prefix);
        Refuse(number ?? _ledger.Last, multiple: number is null, ReplayOutcome.TargetMissing);
        _stop(new(ReplayStop.TargetMissing, $"There is no queue '{returned.RoutingKey}' any more."));
        return Task.CompletedTask;
    }

    private Task OnShutdownAsync(object sender, ShutdownEventArgs reason)
    {
        if (reason.ReplyCode == Constants.AccessRefused)
        {
            Refuse(_ledger.Last, multiple: true, ReplayOutcome.NotPermitted);
            _stop(new(ReplayStop.NotPermitted, $"These credentials may not publish to the target: {reason.ReplyText}. Replaying needs the right to write to amq.default."));
        }
        else if (reason.ReplyCode is Constants.PreconditionFailed or Constants.ContentTooLarge or Constants.FrameError)
        {
            _stop(new(ReplayStop.MessageRefused, $"The broker takes one of the messages in doubt from nobody: {reason.ReplyText}. Replay the others by a selection."));
        }
        else
        {
            _stop(new(ReplayStop.BrokerLost, reason.ReplyText));
        }

        _closed.TrySetResult();
        return Task.CompletedTask;
    }

    private void Refuse(ulong number, bool multiple, ReplayOutcome outcome)
    {
        lock (_lock)
            _ledger.Refuse(number, multiple, (target, report) => _tally.Add(outcome, target, report));
    }
}
