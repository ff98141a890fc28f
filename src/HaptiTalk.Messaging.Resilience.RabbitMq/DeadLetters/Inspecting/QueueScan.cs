namespace HaptiTalk.Messaging.Resilience;

/// <summary>Looks into one queue in the way that is safe for it, or refuses.</summary>
internal sealed class QueueScan(BrokerAccess broker)
{
    /// <summary>Counts, finds out the way, and reads.</summary>
    /// <param name="queue">The queue.</param>
    /// <param name="limits">From the queue's depth to how many messages and bytes to read.</param>
    /// <param name="known">Told the depth; what it returns in place of null is the answer, and nothing is read.</param>
    /// <param name="visit">Sees each message; returns whether to go on.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <param name="taking">Takes messages out; null when all go back.</param>
    public async Task<Scanned> RunAsync(
        string queue,
        Func<long, (int Messages, long Bytes)> limits,
        Func<long, bool> known,
        Func<BrokerMessage, CancellationToken, ValueTask<bool>> visit,
        CancellationToken cancellationToken,
        Taking? taking = null)
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
                (QueueFacts facts, _) = await broker.BoundAsync(
                    purpose, token => new QueueInspection(broker).InspectAsync(session, queue, token), cancellationToken).ConfigureAwait(false);
                PeekSafety safety = PeekTable.For(facts);
                if (taking is not null && facts.Type == BrokerQueueType.Stream)
                    throw broker.Failed(purpose, "it is a stream, which nothing leaves by being read", trouble: DeadLetterTrouble.Stream);
                // What is taken out is not there to be counted again; the margin allows for the rest.
                if (!safety.IsSafe && taking is not null && facts.Type == BrokerQueueType.Quorum)
                    safety = safety with { Way = PeekWay.Close };
                if (!safety.IsSafe)
                    throw new PeekRefusedException(queue, safety);

                (int messages, long bytes) = limits(depth);
                // What a stream counts lags behind what is in it.
                var plan = new ReadPlan(facts, safety.Way, depth, safety.Way == PeekWay.Stream ? messages : (int)Math.Min(messages, depth), bytes) { Taking = taking };
                ReadResult read = await QueueReading.ReadAsync(session, plan, visit, broker.Patience, broker.Time, cancellationToken)
                    .ConfigureAwait(false);
                if (safety.Way != PeekWay.Stream && taking is null)
                    await QueueSettling.WaitAsync(session, queue, depth, broker.Time, cancellationToken).ConfigureAwait(false);
                return read.NearLimit is { } deliveries
                    ? throw new PeekRefusedException(queue, PeekTable.NearLimit(facts, deliveries))
                    : new(Math.Max(depth, read.Seen), read.Seen, read.Incomplete);
            }
            catch (Exception failure) when (BrokerAccess.IsTrouble(failure))
            {
                throw broker.Failed(purpose, failure);
            }
        }
    }

    public async Task<long> DepthAsync(BrokerSession session, string queue, string purpose, CancellationToken cancellationToken) =>
        await broker.BoundAsync(purpose, token => session.CountAsync(queue, token), cancellationToken).ConfigureAwait(false)
        ?? throw broker.Failed(purpose, "there is no queue of this name", trouble: DeadLetterTrouble.NoSuchQueue);
}

/// <summary>What came of looking into a queue.</summary>
internal readonly record struct Scanned(long Depth, long Read, string? Incomplete);
