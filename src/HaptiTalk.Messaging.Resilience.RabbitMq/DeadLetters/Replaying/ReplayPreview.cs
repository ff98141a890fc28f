namespace HaptiTalk.Messaging.Resilience;

/// <summary>Says what a replay would do. It looks, and gives everything back.</summary>
internal sealed class ReplayPreview(QueueScan scan, ReplayTally tally)
{
    public async Task<ReplayEnd> RunAsync(ReplayRequest request, ReplayJudge judge, CancellationToken cancellationToken)
    {
        long would = 0;
        Scanned scanned = await scan.RunAsync(
            request.Queue,
            static _ => (QueueReading.MostHeld, long.MaxValue),
            static _ => false,
            async (message, token) =>
            {
                ReplayVerdict verdict = await judge.JudgeAsync(message, token).ConfigureAwait(false);
                tally.SeeOne(verdict.IsSelected);
                if (verdict.IsSelected)
                    tally.Add(verdict.Kept ?? ReplayOutcome.WouldReplay, verdict.Target, Describe(message, verdict));
                return !(verdict is { IsSelected: true, Kept: null } && ++would == request.Limit);
            },
            cancellationToken,
            rule: QueueRule.Any).ConfigureAwait(false);
        return new(ReplayStop.Completed, scanned.Incomplete is null && scanned.Read >= Math.Min(scanned.Depth, QueueReading.MostHeld)
            ? null
            : would == request.Limit ? null : scanned.Incomplete);
    }

    public static ReplayedMessage Describe(BrokerMessage message, ReplayVerdict verdict) => new(
        MessageId.Of(message), message.Properties.MessageId, verdict.Kept ?? ReplayOutcome.WouldReplay, verdict.Target, verdict.Detail);
}
