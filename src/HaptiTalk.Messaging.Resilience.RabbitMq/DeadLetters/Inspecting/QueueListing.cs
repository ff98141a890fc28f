using System.Collections.Concurrent;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>Lists queues of dead letters: one question to the management API for all of them, or AMQP for those that are named.</summary>
internal sealed class QueueListing(BrokerAccess broker, Func<string, CancellationToken, Task<DateTimeOffset?>> headTime)
{
    private const string Purpose = "list dead letters";

    /// <summary>How many queues are counted one by one, at a fraction of a millisecond each.</summary>
    private const int MostCounted = 200;

    private readonly ConcurrentDictionary<string, (long At, long Messages)> _before = new(StringComparer.Ordinal);

    public async Task<DeadLetterListing> ListAsync(DeadLetterListOptions options, CancellationToken cancellationToken)
    {
        // Both at once: the one is answered while the other shakes hands.
        Task<Managed<ManagedQueue[]>> asked = broker.Management?.QueuesAsync(cancellationToken)
            ?? Task.FromResult(new Managed<ManagedQueue[]>(null, "The management API is not used."));
        BrokerSession session = await broker.ConnectAsync(Purpose, cancellationToken).ConfigureAwait(false);
        await using (session.ConfigureAwait(false))
        {
            Managed<ManagedQueue[]> known = await asked.ConfigureAwait(false);
            IReadOnlyList<QueueOfDeadLetters> queues = known.Value is { } all
                ? await FromManagementAsync(session, all, options, cancellationToken).ConfigureAwait(false)
                : await broker.BoundAsync(Purpose, token => FromAmqpAsync(session, options.Queues, token), cancellationToken).ConfigureAwait(false);

            List<QueueOfDeadLetters> listed = [];
            foreach (QueueOfDeadLetters queue in queues.OrderByDescending(static queue => queue.Messages ?? -1).ThenBy(static queue => queue.Name, StringComparer.Ordinal))
            {
                if (options.IncludeEmpty || queue.Messages > 0 || options.Queues.Contains(queue.Name))
                    listed.Add(await CompleteAsync(queue, options, cancellationToken).ConfigureAwait(false));
            }

            return new(session.VersionText, broker.Address.VirtualHost, broker.Time.GetUtcNow(), listed, known.Problem);
        }
    }

    private async Task<IReadOnlyList<QueueOfDeadLetters>> FromManagementAsync(
        BrokerSession session, ManagedQueue[] all, DeadLetterListOptions options, CancellationToken cancellationToken)
    {
        Dictionary<string, HashSet<string>> sources = await new DeadLetterSources(broker.Management!).FindAsync(all, cancellationToken).ConfigureAwait(false);
        HashSet<string> asked = new(options.Queues, StringComparer.Ordinal);
        List<QueueOfDeadLetters> queues = [];
        foreach (ManagedQueue queue in all)
        {
            bool isAsked = asked.Remove(queue.Name);
            HashSet<string>? from = sources.GetValueOrDefault(queue.Name);
            if ((KindOf(queue.Name, from is not null) ?? (isAsked ? DeadLetterQueueKind.Named : null)) is not { } kind)
                continue;
            QueueFacts facts = QueueFacts.Of(queue, broker.Address.VirtualHost, session.Version);
            queues.Add(Describe(facts, kind, queue.MessagesReady ?? queue.Messages ?? 0) with
            {
                Consumers = queue.Consumers,
                Sources = from is null ? [] : [.. from.Order(StringComparer.Ordinal)],
            });
        }

        queues.AddRange(asked.Select(Missing));
        return queues.Count > MostCounted ? queues : await CountAsync(session, queues, cancellationToken).ConfigureAwait(false);
    }

    // What the management API counts of a quorum queue is up to ten seconds old.
    private async Task<IReadOnlyList<QueueOfDeadLetters>> CountAsync(
        BrokerSession session, List<QueueOfDeadLetters> queues, CancellationToken cancellationToken)
    {
        IReadOnlyList<DeadLetterCount> counts = await broker.BoundAsync(
            Purpose, token => QueueCounting.CountAsync(session.Connection, [.. queues.Select(static queue => queue.Name)], token), cancellationToken)
            .ConfigureAwait(false);
        return [.. queues.Zip(counts, static (queue, count) => queue with { Messages = count.Messages })];
    }

    private async Task<IReadOnlyList<QueueOfDeadLetters>> FromAmqpAsync(
        BrokerSession session, IReadOnlyCollection<string> names, CancellationToken cancellationToken)
    {
        List<QueueOfDeadLetters> queues = [];
        foreach (string name in names.Distinct(StringComparer.Ordinal))
        {
            if (await session.DeclarePassivelyAsync(name, cancellationToken).ConfigureAwait(false) is not { } answer)
            {
                queues.Add(Missing(name));
                continue;
            }

            (QueueFacts facts, _) = await new QueueInspection(broker).InspectAsync(session, name, cancellationToken).ConfigureAwait(false);
            queues.Add(Describe(facts, KindOf(name, isTarget: false) ?? DeadLetterQueueKind.Named, answer.MessageCount) with
            {
                Consumers = (int)answer.ConsumerCount,
            });
        }

        return queues;
    }

    private static DeadLetterQueueKind? KindOf(string name, bool isTarget) =>
        name.EndsWith(DeadLetterSources.ErrorSuffix, StringComparison.Ordinal) ? DeadLetterQueueKind.Error
        : name.EndsWith(DeadLetterSources.SkippedSuffix, StringComparison.Ordinal) ? DeadLetterQueueKind.Skipped
        : isTarget ? DeadLetterQueueKind.DeadLetterTarget
        : null;

    private static QueueOfDeadLetters Describe(QueueFacts facts, DeadLetterQueueKind kind, long messages) => new()
    {
        Name = facts.Queue,
        Kind = kind,
        Type = facts.Type,
        Messages = messages,
        DeliveryLimit = facts.Limit,
        DeadLetterExchange = facts.DeadLetterExchange,
        Policy = facts.Policy,
        Peek = PeekTable.For(facts),
    };

    private static QueueOfDeadLetters Missing(string name) => new()
    {
        Name = name,
        Kind = KindOf(name, isTarget: false) ?? DeadLetterQueueKind.Named,
        Type = BrokerQueueType.Unknown,
        Messages = null,
        DeliveryLimit = DeliveryLimit.Unknown,
        Peek = new(PeekWay.Refuse, "there is no queue of this name", []),
    };

    private async Task<QueueOfDeadLetters> CompleteAsync(QueueOfDeadLetters queue, DeadLetterListOptions options, CancellationToken cancellationToken)
    {
        if (queue.Messages is not { } messages)
            return queue;
        double? growth = null;
        long now = broker.Time.GetTimestamp();
        if (_before.TryGetValue(queue.Name, out (long At, long Messages) before) && broker.Time.GetElapsedTime(before.At, now) is { Ticks: > 0 } passed)
            growth = (messages - before.Messages) / passed.TotalMinutes;
        _before[queue.Name] = (now, messages);
        // A look that a crash could make costly is not made in passing.
        bool isFree = queue.Peek.Way is PeekWay.Close or PeekWay.Stream;
        return queue with
        {
            GrowthPerMinute = growth,
            OldestAt = options.IncludeOldest && isFree && messages > 0 ? await OldestAsync(queue.Name, cancellationToken).ConfigureAwait(false) : null,
        };
    }

    // A queue that is gone or busy by now does not keep the others from being listed.
    private async Task<DateTimeOffset?> OldestAsync(string queue, CancellationToken cancellationToken)
    {
        try
        {
            return await headTime(queue, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception unknown) when (unknown is DeadLetterAccessException or PeekRefusedException)
        {
            return null;
        }
    }
}
