using System.Globalization;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>Looks into one queue in the way that is safe for it, or refuses.</summary>
internal sealed class QueueScan(DeadLetterAccess broker)
{
    // A look at as many messages as can be held takes about this long.
    private static readonly TimeSpan LongestTurn = TimeSpan.FromMinutes(1);

    private readonly QueueGuard _guard = new(broker);

    /// <summary>Counts, finds out the way, and reads.</summary>
    /// <param name="queue">The queue.</param>
    /// <param name="limits">From the queue's depth to how many messages and bytes to read.</param>
    /// <param name="known">Told the depth; what it returns in place of null is the answer, and nothing is read.</param>
    /// <param name="visit">Sees each message; returns whether to go on.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <param name="taking">Takes messages out; null when all go back.</param>
    /// <param name="rule">Which queues are looked at.</param>
    public async Task<Scanned> RunAsync(
        string queue,
        Func<long, (int Messages, long Bytes)> limits,
        Func<long, bool> known,
        Func<BrokerMessage, CancellationToken, ValueTask<bool>> visit,
        CancellationToken cancellationToken,
        Taking? taking = null,
        QueueRule rule = QueueRule.DeadLetters)
    {
        string purpose = $"look into '{queue}'";
        TimeSpan timeout = rule == QueueRule.InPassing ? TimeSpan.Zero : LongestTurn;
        using IDisposable turn = await TurnAsync(queue, purpose, timeout, cancellationToken).ConfigureAwait(false);
        return await broker.UseAsync(
            purpose,
            async session =>
            {
                (long depth, QueueFacts? facts) = await CountAsync(session, queue, purpose, rule, cancellationToken).ConfigureAwait(false);
                if (known(depth))
                    return new Scanned(depth, 0, null);
                facts ??= await InspectAsync(session, queue, purpose, cancellationToken).ConfigureAwait(false);
                if (rule == QueueRule.DeadLetters)
                    await _guard.CheckAsync(session, queue, cancellationToken).ConfigureAwait(false);
                return await ReadAsync(session, PlanFor(facts, depth, limits(depth), purpose, taking), visit, cancellationToken).ConfigureAwait(false);
            },
            cancellationToken).ConfigureAwait(false);
    }

    public async Task<long> DepthAsync(BrokerSession session, string queue, string purpose, CancellationToken cancellationToken) =>
        (await _guard.CountAsync(session, queue, purpose, cancellationToken).ConfigureAwait(false)).Messages;

    private async Task<IDisposable> TurnAsync(string queue, string purpose, TimeSpan timeout, CancellationToken cancellationToken)
    {
        try
        {
            return await broker.Turns.TakeAsync(queue, timeout, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException late)
        {
            throw broker.Failed(purpose, string.Create(
                CultureInfo.InvariantCulture, $"another look at it did not end within {timeout.TotalSeconds} s"), late, DeadLetterError.Busy);
        }
    }

    private async Task<(long Depth, QueueFacts? Facts)> CountAsync(
        BrokerSession session, string queue, string purpose, QueueRule rule, CancellationToken cancellationToken)
    {
        (long messages, long consumers) = await _guard.CountAsync(session, queue, purpose, cancellationToken).ConfigureAwait(false);
        if (rule == QueueRule.Any || consumers == 0)
            return (messages, null);
        QueueFacts facts = await InspectAsync(session, queue, purpose, cancellationToken).ConfigureAwait(false);
        return facts.Type == BrokerQueueType.Stream
            ? (messages, facts)
            : (await _guard.UnconsumedAsync(session, queue, purpose, rule, cancellationToken).ConfigureAwait(false), facts);
    }

    private Task<QueueFacts> InspectAsync(BrokerSession session, string queue, string purpose, CancellationToken cancellationToken) => broker.WithinTimeoutAsync(
        purpose,
        async token => (await new QueueInspection(broker).InspectAsync(session, queue, token).ConfigureAwait(false)).Facts,
        cancellationToken);

    private ReadPlan PlanFor(QueueFacts facts, long depth, (int Messages, long Bytes) limits, string purpose, Taking? taking)
    {
        PeekSafety safety = PeekTable.For(facts);
        if (taking is not null && facts.Type == BrokerQueueType.Stream)
            throw broker.Failed(purpose, "it is a stream, which nothing leaves by being read", error: DeadLetterError.Stream);
        // What is taken out is not there to be counted again; the margin allows for the rest.
        if (!safety.IsSafe && taking is not null && facts.Type == BrokerQueueType.Quorum)
            safety = safety with { Method = PeekMethod.Close };
        if (!safety.IsSafe)
            throw new PeekRefusedException(facts.Queue, safety);

        // A stream counts later than it stores.
        int messages = safety.Method == PeekMethod.Stream ? limits.Messages : (int)Math.Min(limits.Messages, depth);
        return new(facts, safety.Method, depth, messages, limits.Bytes) { Taking = taking };
    }

    private async Task<Scanned> ReadAsync(
        BrokerSession session, ReadPlan plan, Func<BrokerMessage, CancellationToken, ValueTask<bool>> visit, CancellationToken cancellationToken)
    {
        try
        {
            ReadResult read = await QueueReading.ReadAsync(session, plan, visit, broker.AnswerTimeout, broker.Time, cancellationToken).ConfigureAwait(false);
            return read.NearLimit is { } deliveries
                ? throw new PeekRefusedException(plan.Facts.Queue, PeekTable.NearLimit(plan.Facts, deliveries))
                : new(Math.Max(plan.Depth, read.Seen), read.Seen, read.Incomplete);
        }
        finally
        {
            // After a look that was given up, too: the next one must not take the queue for a shorter one.
            if (plan.Method != PeekMethod.Stream && plan.Taking is null && session.Connection.IsOpen)
                await QueueSettling.WaitAsync(session, plan.Facts.Queue, plan.Depth, broker.Time, CancellationToken.None).ConfigureAwait(false);
        }
    }
}

/// <summary>What came of looking into a queue.</summary>
internal readonly record struct Scanned(long Depth, long Read, string? Incomplete);
