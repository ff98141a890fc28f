namespace HaptiTalk.Messaging.Resilience;

/// <summary>Looks into one queue in the way that is safe for it, or refuses.</summary>
internal sealed class QueueScan(BrokerAccess broker)
{
    /// <summary>What a client may hold of one queue, a little below AMQP's 65,535.</summary>
    public const int MostMessages = 61_000;

    // What is delivered before it can be looked at is in memory: as many messages as may be, of the size they have.
    private const long BytesAtOnce = 128L * 1024 * 1024;

    /// <summary>Counts, finds out the way, and reads.</summary>
    /// <param name="queue">The queue.</param>
    /// <param name="limits">From the queue's depth to how many messages and bytes to read.</param>
    /// <param name="known">Told the depth; what it returns in place of null is the answer, and nothing is read.</param>
    /// <param name="visit">Sees each message; returns whether to go on.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<Scanned> RunAsync(
        string queue,
        Func<long, (int Messages, long Bytes)> limits,
        Func<long, bool> known,
        Func<BrokerMessage, CancellationToken, ValueTask<bool>> visit,
        CancellationToken cancellationToken)
    {
        string purpose = $"look into '{queue}'";
        BrokerSession session = await broker.ConnectAsync(purpose, cancellationToken).ConfigureAwait(false);
        await using (session.ConfigureAwait(false))
        {
            try
            {
                long depth = await DepthAsync(session, queue, purpose, cancellationToken).ConfigureAwait(false);
                if (known(depth))
                    return new(depth, 0, null);
                (QueueFacts facts, ManagedQueue? managed) = await broker.BoundAsync(
                    purpose, token => new QueueInspection(broker).InspectAsync(session, queue, token), cancellationToken).ConfigureAwait(false);
                PeekSafety safety = PeekTable.For(facts);
                if (!safety.IsSafe)
                    throw new PeekRefusedException(queue, safety);

                (int messages, long bytes) = limits(depth);
                var plan = new ReadPlan(facts, safety.Way, (int)Math.Min(messages, depth), bytes);
                return await ReadAsync(session, plan, managed, depth, visit, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception failure) when (BrokerAccess.IsTrouble(failure))
            {
                throw broker.Failed(purpose, failure);
            }
        }
    }

    public async Task<long> DepthAsync(BrokerSession session, string queue, string purpose, CancellationToken cancellationToken) =>
        await broker.BoundAsync(purpose, token => session.CountAsync(queue, token), cancellationToken).ConfigureAwait(false)
        ?? throw broker.Failed(purpose, "there is no queue of this name");

    private async Task<Scanned> ReadAsync(
        BrokerSession session,
        ReadPlan plan,
        ManagedQueue? managed,
        long depth,
        Func<BrokerMessage, CancellationToken, ValueTask<bool>> visit,
        CancellationToken cancellationToken)
    {
        long size = managed is { MessageBytes: > 0, Messages: > 0 } ? managed.MessageBytes.Value / managed.Messages.Value : 0;
        if (size == 0 || plan.Way == PeekWay.Requeue)
            size = Math.Max(size, await LookAtHeadAsync(session, plan, cancellationToken).ConfigureAwait(false));

        int fitting = (int)Math.Clamp(BytesAtOnce / Math.Max(size, 1), 1, MostMessages);
        ReadPlan fit = plan with { Messages = Math.Min(plan.Messages, fitting) };
        ReadResult result = await QueueReading.ReadAsync(session, fit, visit, broker.Patience, broker.Time, cancellationToken).ConfigureAwait(false);
        if (result.NearLimit is { } deliveries)
            throw new PeekRefusedException(plan.Facts.Queue, PeekTable.NearLimit(plan.Facts, deliveries));
        string? incomplete = result.Incomplete
            ?? (fit.Messages < plan.Messages && result.Read == fit.Messages ? $"its messages are of {size} bytes each, and no more are held at once" : null);
        return new(depth, result.Read, incomplete);
    }

    // One message says how large they are, and risks no more than itself if it is near its delivery limit.
    private async Task<long> LookAtHeadAsync(BrokerSession session, ReadPlan plan, CancellationToken cancellationToken)
    {
        long size = 0;
        ReadResult head = await QueueReading.ReadAsync(
            session,
            plan with { Messages = Math.Min(1, plan.Messages) },
            (message, _) =>
            {
                size = message.Body.Length;
                return new(false);
            },
            broker.Patience,
            broker.Time,
            cancellationToken).ConfigureAwait(false);
        return head.NearLimit is { } deliveries
            ? throw new PeekRefusedException(plan.Facts.Queue, PeekTable.NearLimit(plan.Facts, deliveries))
            : size;
    }
}

/// <summary>What came of looking into a queue.</summary>
internal readonly record struct Scanned(long Depth, long Read, string? Incomplete);
