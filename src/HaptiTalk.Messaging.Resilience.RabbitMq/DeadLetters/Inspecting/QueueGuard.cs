using System.Globalization;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>Which queues are looked at without being told that they are meant.</summary>
internal enum QueueRule
{
    /// <summary>Those that hold dead letters and that nobody consumes.</summary>
    DeadLetters,

    /// <summary>Those that nobody consumes or looks at now: nothing is waited for.</summary>
    InPassing,

    /// <summary>Any.</summary>
    Any,
}

/// <summary>
/// Keeps looks away from queues that are in use: what a look holds, consumers go without. A stream is read without taking anything
/// from anybody.
/// </summary>
internal sealed class QueueGuard(DeadLetterAccess broker)
{
    // Another process that looks is done soon, as a rule, and an application is not.
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(20);

    public static QueueRule RuleFor(bool anyQueue) => anyQueue ? QueueRule.Any : QueueRule.DeadLetters;

    /// <returns>How many messages are in it, once nobody consumes it.</returns>
    /// <exception cref="PeekRefusedException">Somebody still consumes it.</exception>
    public async Task<long> UnconsumedAsync(BrokerSession session, string queue, string purpose, QueueRule rule, CancellationToken cancellationToken)
    {
        long started = broker.Time.GetTimestamp();
        while (true)
        {
            (long messages, long consumers) = await CountAsync(session, queue, purpose, cancellationToken).ConfigureAwait(false);
            if (consumers == 0)
                return messages;
            if (rule == QueueRule.InPassing || broker.Time.GetElapsedTime(started) > Longest)
                throw Refused(queue, string.Create(
                    CultureInfo.InvariantCulture, $"{consumers} consume it, applications or somebody who looks at it, and would go without what is being looked at"));
            await Task.Delay(Interval, broker.Time, cancellationToken).ConfigureAwait(false);
        }
    }

    public async Task<(long Messages, long Consumers)> CountAsync(BrokerSession session, string queue, string purpose, CancellationToken cancellationToken) =>
        await broker.WithinTimeoutAsync(purpose, token => session.DeclarePassivelyAsync(queue, token), cancellationToken).ConfigureAwait(false) is { } found
            ? (found.MessageCount, found.ConsumerCount)
            : throw broker.Failed(purpose, "there is no queue of this name", error: DeadLetterError.NoSuchQueue);

    /// <exception cref="PeekRefusedException">It is not known for dead letters.</exception>
    public async Task CheckAsync(BrokerSession session, string queue, CancellationToken cancellationToken)
    {
        if (IsNamedSo(queue) || await IsTargetAsync(session, queue, cancellationToken).ConfigureAwait(false))
            return;
        throw Refused(
            queue,
            "it is not known to hold dead letters: its name ends neither with _error nor with _skipped, and no dead-letter exchange is known to lead to it");
    }

    private static bool IsNamedSo(string queue) =>
        DeadLetterSources.IsErrorOrSkipped(queue) || (DeadLetterMirror.SourceOf(queue) is { } source && DeadLetterSources.IsErrorOrSkipped(source));

    private async Task<bool> IsTargetAsync(BrokerSession session, string queue, CancellationToken cancellationToken)
    {
        if ((await broker.ManagementOfAsync(session, cancellationToken).ConfigureAwait(false)).Api is not { } management
            || (await management.QueuesAsync(cancellationToken).ConfigureAwait(false)).Value is not { } queues)
        {
            return false;
        }

        Dictionary<string, HashSet<string>> sources = await new DeadLetterSources(management).FindAsync(queues, cancellationToken).ConfigureAwait(false);
        return sources.ContainsKey(queue) || (DeadLetterMirror.SourceOf(queue) is { } source && sources.ContainsKey(source));
    }

    private PeekRefusedException Refused(string queue, string reason) =>
        new(queue, new(PeekMethod.Refuse, reason, PeekRemedies.ForQueueInUse(broker.Management is not null)));
}
