using RabbitMQ.Client;

namespace HaptiTalk.Messaging.Resilience.RabbitMq.Tests.DeadLetters;

/// <summary>Takes what a queue said it has, and what else is handed out until it is told to stop.</summary>
internal sealed class TakingConsumer(IChannel channel, uint expected) : AsyncDefaultBasicConsumer(channel)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly TaskCompletionSource _complete = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _over = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>In the order of the queue.</summary>
    public List<TakenMessage> Taken { get; } = [];

    public async Task TakeAsync(string queue, CancellationToken cancellationToken)
    {
        if (expected == 0)
            return;

        string tag = await Channel.BasicConsumeAsync(queue, autoAck: true, this, cancellationToken);
        // A queue that says it has more than it hands out shows in what is missing.
        await _complete.Task.WaitAsync(Patience, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await Channel.BasicCancelAsync(tag, noWait: false, cancellationToken);
        await _over.Task.WaitAsync(Patience, cancellationToken);
    }

    public override Task HandleBasicDeliverAsync(
        string consumerTag, ulong deliveryTag, bool redelivered, string exchange, string routingKey,
        IReadOnlyBasicProperties properties, ReadOnlyMemory<byte> body, CancellationToken cancellationToken = default)
    {
        Taken.Add(new(new BasicProperties(properties), body.ToArray()));
        if (Taken.Count == expected)
            _complete.SetResult();
        return Task.CompletedTask;
    }

    protected override Task OnCancelAsync(string[] consumerTags, CancellationToken cancellationToken = default)
    {
        _over.TrySetResult();
        return base.OnCancelAsync(consumerTags, cancellationToken);
    }
}
