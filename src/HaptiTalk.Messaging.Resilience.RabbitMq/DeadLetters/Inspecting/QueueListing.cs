namespace HaptiTalk.Messaging.Resilience;

/// <summary>Lists queues of dead letters: one question to the management API for all of them, or AMQP for those that are named.</summary>
internal sealed class QueueListing(DeadLetterAccess broker, Func<string, CancellationToken, Task<DateTimeOffset?>> headTime)
{
    private const string Purpose = "list dead letters";

    /// <summary>How many queues are counted one by one, at a fraction of a millisecond each.</summary>
    private const int MostCounted = 200;

    private readonly GrowthHistory _growth = new(broker.Time);

    public Task<DeadLetterListing> ListAsync(DeadLetterListOptions options, CancellationToken cancellationToken)
    {
        // Both at once: one is answered while the other still connects.
        Task<Managed<ManagedQueue[]>>? asked = broker.Management?.QueuesAsync(cancellationToken);
        return broker.UseAsync(Purpose, session => ListAsync(session, asked, options, cancellationToken), cancellationToken);
    }

    private async Task<DeadLetterListing> ListAsync(
        BrokerSession session, Task<Managed<ManagedQueue[]>>? asked, DeadLetterListOptions options, CancellationToken cancellationToken)
    {
        (ManagementApi? management, string? problem) = await broker.ManagementOfAsync(session, cancellationToken).ConfigureAwait(false);
        Managed<ManagedQueue[]> known = management is null ? new(null, problem) : await asked!.ConfigureAwait(false);
        IReadOnlyList<DeadLetterQueue> queues = known.Value is { } all
            ? await FromManagementAsync(session, management!, all, options, cancellationToken).ConfigureAwait(false)
            : await broker.WithinTimeoutAsync(Purpose, token => FromAmqpAsync(session, options.Queues, token), cancellationToken).ConfigureAwait(false);

        _growth.Forget();
        List<DeadLetterQueue> listed = [];
        foreach (DeadLetterQueue queue in queues.OrderByDescending(static queue => queue.Messages ?? -1).ThenBy(static queue => queue.Name, StringComparer.Ordinal))
        {
            // Those that are not listed are kept, too: they may be listed later.
            double? growth = queue.Messages is { } messages ? _growth.Add(queue.Name, messages, options.GrowthOver) : null;
            if (options.IncludeEmpty || queue.Messages > 0 || options.Queues.Contains(queue.Name))
                listed.Add(queue with { GrowthPerMinute = growth, OldestAt = options.IncludeOldest ? await OldestAsync(queue, cancellationToken).ConfigureAwait(false) : null });
        }

        return new(session.VersionText, broker.Address.VirtualHost, broker.Time.GetUtcNow(), listed, known.Problem);
    }

    private async Task<IReadOnlyList<DeadLetterQueue>> FromManagementAsync(
        BrokerSession session, ManagementApi management, ManagedQueue[] all, DeadLetterListOptions options, CancellationToken cancellationToken)
    {
        Dictionary<string, HashSet<string>> sources = await new DeadLetterSources(management).FindAsync(all, cancellationToken).ConfigureAwait(false);
        HashSet<string> asked = new(options.Queues, StringComparer.Ordinal);
        List<DeadLetterQueue> queues = [];
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
    private async Task<IReadOnlyList<DeadLetterQueue>> CountAsync(
        BrokerSession session, List<DeadLetterQueue> queues, CancellationToken cancellationToken)
    {
        HashSet<string> refused = new(StringComparer.Ordinal);
        IReadOnlyList<DeadLetterCount> counts = await broker.WithinTimeoutAsync(
            Purpose, token => QueueCounting.CountAsync(session.Connection, [.. queues.Select(static queue => queue.Name)], token, refused), cancellationToken)
            .ConfigureAwait(false);
        // RabbitMQ 4.3 and later do not tell about a queue that one may not read.
        return [.. queues.Zip(counts, (queue, count) => refused.Contains(queue.Name) ? queue : queue with { Messages = count.Messages })];
    }

    private async Task<IReadOnlyList<DeadLetterQueue>> FromAmqpAsync(
        BrokerSession session, IReadOnlyCollection<string> names, CancellationToken cancellationToken)
    {
        List<DeadLetterQueue> queues = [];
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

    private static DeadLetterQueue Describe(QueueFacts facts, DeadLetterQueueKind kind, long messages) => new()
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

    private static DeadLetterQueue Missing(string name) => new()
    {
        Name = name,
        Kind = KindOf(name, isTarget: false) ?? DeadLetterQueueKind.Named,
        Type = BrokerQueueType.Unknown,
        Messages = null,
        DeliveryLimit = DeliveryLimit.Unknown,
        Peek = new(PeekMethod.Refuse, "there is no queue of this name", []),
    };

    // A look that a crash could make costly, or that consumers would notice, is not made in passing. A queue that is gone or busy by now,
    // or a message that is odd, does not keep the others from being listed.
    private async Task<DateTimeOffset?> OldestAsync(DeadLetterQueue queue, CancellationToken cancellationToken)
    {
        if (queue.Messages is not > 0 || queue.Peek.Method is not (PeekMethod.Close or PeekMethod.Stream))
            return null;
        try
        {
            return await headTime(queue.Name, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception unknown) when (unknown is DeadLetterAccessException or PeekRefusedException)
        {
            return null;
        }
    }
}
