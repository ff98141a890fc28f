using System.Globalization;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>Says what a replay would do. It looks, and gives everything back.</summary>
internal sealed class ReplayPreview(QueueScan scan, ReplayCounts counts)
{
    /// <param name="request">What is asked for.</param>
    /// <param name="judge">Decides.</param>
    /// <param name="held">Why others may hold messages; null when they do not.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<ReplayEnd> RunAsync(ReplayRequest request, ReplayJudge judge, string? held, CancellationToken cancellationToken)
    {
        long would = 0;
        Scanned scanned = await scan.RunAsync(
            request.Queue,
            static _ => (QueueReading.MostHeld, long.MaxValue),
            static _ => false,
            async (message, token) =>
            {
                ReplayVerdict verdict = await judge.JudgeAsync(message, token).ConfigureAwait(false);
                counts.See(message, verdict);
                if (verdict.IsSent)
                    counts.Add(ReplayOutcome.WouldReplay, verdict.Target, Describe(message, verdict));
                return !(verdict.IsSent && ++would == request.Limit);
            },
            cancellationToken,
            rule: QueueRule.Any).ConfigureAwait(false);
        if (would == request.Limit)
            return ReplayEnd.Completed;
        string? why = scanned.Incomplete ?? held
            ?? (scanned.Depth > QueueReading.MostHeld ? string.Create(
                CultureInfo.InvariantCulture, $"Only the first {scanned.Read} of {scanned.Depth} messages could be looked at.") : null);
        return why is null ? ReplayEnd.Completed : new(ReplayStop.Incomplete, why);
    }

    public static ReplayedMessage Describe(BrokerMessage message, ReplayVerdict verdict) => new(
        MessageId.Of(message), message.Properties.MessageId, verdict.Kept ?? ReplayOutcome.WouldReplay, verdict.Target, verdict.Detail);
}
