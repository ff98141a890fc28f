using System.Text.RegularExpressions;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>What would make looking into a queue safe.</summary>
internal static class PeekRemedies
{
    private static readonly BrokerVersion Unlimited = new(4, 0);

    public static IReadOnlyList<PeekRemedy> For(QueueFacts facts) => facts.Type == BrokerQueueType.Quorum
        ? [.. Limit(facts), Mirror(facts), Drain()]
        : [Access()];

    /// <summary>For a queue that is refused for what it is used for.</summary>
    public static IReadOnlyList<PeekRemedy> ForQueueInUse(bool asksManagement)
    {
        PeekRemedy meant = new(PeekRemedyKind.AnyQueue, $"Say that this very queue is meant ({nameof(DeadLetterScanOptions.AnyQueue)}).", Command: null);
        return asksManagement ? [meant] : [meant, Access()];
    }

    private static IEnumerable<PeekRemedy> Limit(QueueFacts facts)
    {
        if (!facts.Limit.IsKnown)
            yield return Access();
        if (facts.HasLimitArgument || facts.Version < Unlimited)
        {
            yield return new(
                PeekRemedyKind.LiftDeliveryLimit,
                "Make the queue without a delivery limit. The one it was declared with, or got by policy, cannot be lifted while it exists.",
                Command: null);
            yield break;
        }

        string also = facts.Policy is { } policy
            ? $" The policy '{policy}' applies to it now and would not any more: add \"delivery-limit\":-1 to that one instead, or repeat its settings here."
            : "";
        yield return new(
            PeekRemedyKind.LiftDeliveryLimit,
            "Lift the delivery limit of this queue, which nothing consumes from in normal operation." + also,
            $"rabbitmqctl set_policy --vhost '{facts.VirtualHost}' --priority 100 --apply-to queues 'look-into-{facts.Queue}' "
                + $"'^{Regex.Escape(facts.Queue)}$' '{{\"delivery-limit\":-1}}'");
    }

    private static PeekRemedy Mirror(QueueFacts facts) => new(
        PeekRemedyKind.MirrorToStream,
        $"Mirror what arrives from now on to the stream '{DeadLetterMirror.NameFor(facts.Queue)}', and look into that ({nameof(IDeadLetterMirror)}).",
        Command: null);

    private static PeekRemedy Drain() => new(
        PeekRemedyKind.DrainToFile,
        $"Drain the queue to a file, look at that, and import it again ({nameof(IDeadLetterArchive)}, {nameof(ExportRequest.Drain)}).",
        Command: null);

    private static PeekRemedy Access() => new(
        PeekRemedyKind.AllowManagement,
        "Use credentials that have the tag 'management', on a broker that runs the management plugin, so that the queue's kind and limit are known, and what dead-letters into it.",
        Command: null);
}
