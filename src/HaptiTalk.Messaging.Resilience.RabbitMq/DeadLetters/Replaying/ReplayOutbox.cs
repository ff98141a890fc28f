using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>
/// Publishes in order, and tells when a message may leave the queue it came from. Writes are awaited one by one, so that they keep
/// their order.
/// </summary>
internal sealed class ReplayOutbox : IAsyncDisposable
{
    private readonly IConnection _connection;
    private readonly IChannel _channel;
    private readonly ReplayMessage _message;
    private readonly ReplayCounts _counts;
    private readonly string _prefix;
    private readonly ReplayStopSignal _stop;
    private readonly SemaphoreSlim _places;
    private readonly Action<ReplayedDelivery> _count;
    private string? _lastTarget;
    private CachedString _lastKey = new("");

    private ReplayOutbox(IConnection connection, IChannel channel, string run, int window, ReplayCounts counts, ReplayStopSignal stop)
    {
        _connection = connection;
        _channel = channel;
        Confirms = new PublishConfirms<ReplayedDelivery>(window);
        _message = new ReplayMessage(run);
        _prefix = ReplayMessage.PrefixOf(run);
        _counts = counts;
        _stop = stop;
        _count = delivery => counts.Add(ReplayOutcome.Replayed, delivery.Target, delivery.Report);
        _places = new SemaphoreSlim(window);
        channel.BasicAcksAsync += OnAckAsync;
        channel.BasicNacksAsync += OnNackAsync;
        channel.BasicReturnAsync += OnReturnAsync;
        channel.ChannelShutdownAsync += OnShutdownAsync;
    }

    /// <summary>Called after each answer of the broker.</summary>
    public Func<Task> Confirmed { get; set; } = static () => Task.CompletedTask;

    /// <summary>The copies that the broker has not answered, or whose dead letters still have to leave.</summary>
    public PublishConfirms<ReplayedDelivery> Confirms { get; }

    /// <summary>Whether the next message has to wait until others have left their queue.</summary>
    public bool IsFull => _places.CurrentCount == 0;

    /// <param name="session">Publishes through it.</param>
    /// <param name="run">Names this replay.</param>
    /// <param name="window">How many may be on their way.</param>
    /// <param name="counts">Counts.</param>
    /// <param name="stop">Stops the replay when nothing more can be sent.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<ReplayOutbox> OpenAsync(
        BrokerSession session, string run, int window, ReplayCounts counts, ReplayStopSignal stop, CancellationToken cancellationToken) =>
        new(session.Connection, await session.OpenConfirmingChannelAsync(cancellationToken).ConfigureAwait(false), run, window, counts, stop);

    /// <returns>Why it cannot be sent; null when it was.</returns>
    public async ValueTask<string?> SendAsync(
        BrokerMessage original, ReplayVerdict verdict, ReadOnlyMemory<byte> body, Action<BasicProperties>? change, ReplayedMessage? report,
        CancellationToken cancellationToken)
    {
        await _places.WaitAsync(cancellationToken).ConfigureAwait(false);
        BasicProperties properties = _message.Fill(original.Properties, Confirms.Next, verdict.WithoutReply);
        change?.Invoke(properties);
        if (HeaderFrame.Problem(properties, _connection) is { } problem)
        {
            _places.Release();
            return problem;
        }

        Confirms.Add(new(original.Tag, verdict.Target!, report));
        if (verdict.Target != _lastTarget)
            (_lastTarget, _lastKey) = (verdict.Target, new(verdict.Target!));
        await _channel.BasicPublishAsync(CachedString.Empty, _lastKey, mandatory: true, properties, body, cancellationToken).ConfigureAwait(false);
        return null;
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
        foreach (ReplayedDelivery delivery in Confirms.Unanswered())
            _counts.Add(ReplayOutcome.InDoubt, delivery.Target, delivery.Report);
    }

    public async ValueTask DisposeAsync()
    {
        await _channel.DisposeAsync().ConfigureAwait(false);
        _places.Dispose();
    }

    private Task OnAckAsync(object sender, BasicAckEventArgs ack)
    {
        Confirms.Confirm(ack.DeliveryTag, ack.Multiple, _count);
        return Confirmed();
    }

    private Task OnNackAsync(object sender, BasicNackEventArgs nack)
    {
        Confirms.Refuse(nack.DeliveryTag, nack.Multiple, Count(ReplayOutcome.TargetRefused));
        _stop.Stop(new(ReplayStop.TargetRefused, "The target took no more. If it is full (x-max-length with overflow reject-publish), wait for its consumers, or raise its limit."));
        return Confirmed();
    }

    // The broker returns what no queue took, and confirms it afterwards.
    private Task OnReturnAsync(object sender, BasicReturnEventArgs returned)
    {
        Confirms.Return(ReplayMessage.NumberOf(returned.BasicProperties.Headers, _prefix), Count(ReplayOutcome.TargetMissing));
        _stop.Stop(new(ReplayStop.TargetMissing, $"There is no queue '{returned.RoutingKey}' any more."));
        return Task.CompletedTask;
    }

    private Task OnShutdownAsync(object sender, ShutdownEventArgs reason)
    {
        if (reason.ReplyCode == Constants.AccessRefused)
        {
            Confirms.Refuse(ulong.MaxValue, multiple: true, Count(ReplayOutcome.NotPermitted));
            _stop.Stop(new(ReplayStop.NotPermitted, $"These credentials may not publish to the target: {reason.ReplyText}. Replaying needs the right to write to amq.default."));
        }
        else if (reason.ReplyCode is Constants.PreconditionFailed or Constants.ContentTooLarge or Constants.FrameError)
        {
            _stop.Stop(new(ReplayStop.MessageRefused, $"The broker takes one of the messages in doubt from nobody: {reason.ReplyText}. Replay the others by a selection."));
        }
        else
        {
            _stop.Stop(new(ReplayStop.BrokerLost, reason.ReplyText));
        }

        Confirms.Close();
        return Task.CompletedTask;
    }

    private Action<ReplayedDelivery> Count(ReplayOutcome outcome) => delivery => _counts.Add(outcome, delivery.Target, delivery.Report);
}
