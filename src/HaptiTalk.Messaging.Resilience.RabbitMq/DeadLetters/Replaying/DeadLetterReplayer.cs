using System.Security.Cryptography;
using RabbitMQ.Client;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>Checks what it is asked, and has it carried out.</summary>
internal sealed class DeadLetterReplayer(DeadLetterAccess broker, PeekCache cache, DeadLetterTelemetry telemetry) : IDeadLetterReplayer
{
    private const int RunBytes = 6;
    private const int LongestRun = 64;

    private readonly DeadLetterDiscard _discard = new(broker);

    public Task<ReplayReport> ReplayAsync(
        ReplayRequest request, IProgress<ReplayProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        Check(request);
        return ReplayAsync(request, edit: null, progress, cancellationToken);
    }

    public Task<ReplayReport> ReplayEditedAsync(EditedReplay edit, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(edit);
        ArgumentException.ThrowIfNullOrEmpty(edit.Id, nameof(edit));
        foreach ((string name, string? value) in edit.Headers)
        {
            if (MessageEdit.Problem(name, value) is { } wrong)
                throw new ArgumentException(wrong, nameof(edit));
        }

        ReplayRequest request = new()
        {
            Queue = edit.Queue,
            Select = new() { Ids = [edit.Id] },
            Target = edit.Target,
            TrustHeaders = edit.TrustHeaders,
            Limit = 1,
            AbandonedRequests = edit.AbandonedRequests,
            DespiteDeliveryLimit = edit.DespiteDeliveryLimit,
            // Whoever changed it does not send the same again.
            MaxReplays = int.MaxValue,
        };
        Check(request);
        return ReplayAsync(request, new MessageEdit(edit), progress: null, cancellationToken);
    }

    public async Task<DiscardReport> DiscardAsync(DiscardRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentGuard.QueueName(request.Queue, nameof(request));
        ArgumentGuard.Range(request.ExpectedCount, 1, QueueReading.MostHeld, nameof(request), nameof(request.ExpectedCount));
        if (request.Export is null && !request.WithoutExport)
            throw new ArgumentException($"Give {nameof(request.Export)} a stream, or set {nameof(request.WithoutExport)}.", nameof(request));
        try
        {
            return await _discard.RunAsync(request, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            cache.Forget(request.Queue);
        }
    }

    private async Task<ReplayReport> ReplayAsync(
        ReplayRequest request, MessageEdit? edit, IProgress<ReplayProgress>? progress, CancellationToken cancellationToken)
    {
        string purpose = $"replay '{request.Queue}'";
        string run = request.Run ?? Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(RunBytes));
        try
        {
            return await broker.UseAsync(
                purpose,
                async targets =>
                {
                    await new QueueScan(broker).DepthAsync(targets, request.Queue, purpose, cancellationToken).ConfigureAwait(false);
                    (QueueFacts facts, _) = await broker.WithinTimeoutAsync(
                        purpose, token => new QueueInspection(broker).InspectAsync(targets, request.Queue, token), cancellationToken).ConfigureAwait(false);
                    ManagementApi? management = (await broker.ManagementOfAsync(targets, cancellationToken).ConfigureAwait(false)).Api;
                    return request.DryRun
                        ? await PreviewAsync(request, run, facts, management, targets, cancellationToken).ConfigureAwait(false)
                        : await ReplayAsync(request, run, facts, management, edit, targets, progress, cancellationToken).ConfigureAwait(false);
                },
                cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            if (!request.DryRun)
                cache.Forget(request.Queue);
        }
    }

    private async Task<ReplayReport> PreviewAsync(
        ReplayRequest request, string run, QueueFacts facts, ManagementApi? management, BrokerSession targets, CancellationToken cancellationToken)
    {
        // A stream is read, and nobody holds what is in it.
        string? held = facts.Type == BrokerQueueType.Stream
            ? null
            : (await new OtherConsumers(broker, request.Queue).WaitAsync(targets, $"replay '{request.Queue}'", static () => { }, cancellationToken).ConfigureAwait(false)).Held;
        var counts = new ReplayCounts(request, total: 0, broker.Time, DeadLetterTelemetry.None);
        var known = new ReplayTargets(targets, management, request);
        ReplayEnd end = await new ReplayPreview(new QueueScan(broker), counts).RunAsync(request, Judge(request, known, targets), held, cancellationToken)
            .ConfigureAwait(false);
        IReadOnlyList<string> warnings = await new TargetWarnings(management).AboutAsync(known.Found, cancellationToken).ConfigureAwait(false);
        return counts.Report(run, end, ReturnWatch.None, unacked: 0, warnings);
    }

    private async Task<ReplayReport> ReplayAsync(
        ReplayRequest request, string run, QueueFacts facts, ManagementApi? management, MessageEdit? edit, BrokerSession targets,
        IProgress<ReplayProgress>? progress, CancellationToken cancellationToken)
    {
        string purpose = $"replay '{request.Queue}'";
        if (facts.Type == BrokerQueueType.Stream)
        {
            throw broker.Failed(
                purpose, "it is a stream, which nothing leaves by being read; replay the queue it mirrors", error: DeadLetterError.Stream);
        }

        // Its own connection: one that is blocked from publishing can still not acknowledge on the same.
        BrokerSession source = await broker.ConnectAsync(purpose, cancellationToken).ConfigureAwait(false);
        await using (source.ConfigureAwait(false))
        {
            (long depth, string? held) = await new OtherConsumers(broker, request.Queue)
                .WaitAsync(source, purpose, () => progress?.Report(new(0, 0, 0, 0, 0, 0, null)), cancellationToken).ConfigureAwait(false);
            var counts = new ReplayCounts(request, depth, broker.Time, telemetry);
            var known = new ReplayTargets(targets, management, request);
            var job = new ReplayJob(run, request, facts, depth, edit);
            ReturnTap? tap = request.Batches is null
                ? null
                : await ReturnTap.TryOpenAsync(targets, management, request.Queue, ReplayMessage.PrefixOf(run), cancellationToken).ConfigureAwait(false);
            BatchWatch? watch = request.Batches is { } batches ? new(batches, targets, request.Queue, tap, counts, broker.Time) : null;
            (ReplayEnd end, long unacknowledged) = depth > 0
                ? await RunAsync(job, Judge(request, known, targets), source, targets, counts, progress, watch, cancellationToken).ConfigureAwait(false)
                : (ReplayEnd.Completed, 0);
            await SettleAsync(source, request.Queue, depth - counts.Of(ReplayOutcome.Replayed)).ConfigureAwait(false);
            IReadOnlyList<string> warnings = await new TargetWarnings(management).AboutAsync(known.Found, CancellationToken.None).ConfigureAwait(false);
            end = await ExplainAsync(end, source, request.Queue, known).ConfigureAwait(false);
            if (end.Stop == ReplayStop.Completed && held is not null && counts.Of(ReplayOutcome.Replayed) != request.Limit)
                end = new(ReplayStop.Incomplete, held);
            return counts.Report(run, end, watch?.Kind ?? ReturnWatch.None, unacknowledged, warnings);
        }
    }

    /// <returns>Why it ended, and how many messages are in their target and may still be in the queue of dead letters, too.</returns>
    private async Task<(ReplayEnd End, long Unacknowledged)> RunAsync(
        ReplayJob job, ReplayJudge judge, BrokerSession source, BrokerSession targets, ReplayCounts counts,
        IProgress<ReplayProgress>? progress, BatchWatch? watch, CancellationToken cancellationToken)
    {
        using ReplayStopSignal stop = new();
        ReplayLine line = await ReplayLine.OpenAsync(job, broker, source, targets, counts, stop, cancellationToken).ConfigureAwait(false);
        await using (line.ConfigureAwait(false))
        {
            await new ReplayRun(job, judge, line, targets, broker, counts, stop).RunAsync(progress, watch, cancellationToken).ConfigureAwait(false);
            return (stop.End, line.Acknowledgements.Lost);
        }
    }

    private async Task SettleAsync(BrokerSession source, string queue, long left)
    {
        try
        {
            await QueueSettling.WaitAsync(source, queue, left, broker.Time, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception lost) when (BrokerClient.IsBrokerFailure(lost))
        {
            // Why is in the report.
        }
    }

    // A queue that is deleted is noticed in many ways: as a return, a refusal, a closed channel, or by no answer at all.
    private static async Task<ReplayEnd> ExplainAsync(
        ReplayEnd end, BrokerSession source, string queue, ReplayTargets known)
    {
        if (end.Stop is not (ReplayStop.TargetRefused or ReplayStop.BrokerLost))
            return end;
        try
        {
            foreach (QueueDeclareOk target in known.Found)
            {
                if (await source.CountAsync(target.QueueName, CancellationToken.None).ConfigureAwait(false) is null)
                    return new(ReplayStop.TargetMissing, $"There is no queue '{target.QueueName}' any more.");
            }

            return await source.CountAsync(queue, CancellationToken.None).ConfigureAwait(false) is null
                ? new(ReplayStop.SourceGone, $"There is no queue '{queue}' any more.")
                : end;
        }
        catch (Exception lost) when (BrokerClient.IsBrokerFailure(lost))
        {
            return end;
        }
    }

    private ReplayJudge Judge(ReplayRequest request, ReplayTargets known, BrokerSession session) => new(
        new DeadLetterMatcher(request.Select), known, new Requesters(session, broker.Time), request.AbandonedRequests, request.MaxReplays);

    private static void Check(ReplayRequest request)
    {
        ArgumentGuard.QueueName(request.Queue, nameof(request));
        if (request.Target is { } target)
            ArgumentGuard.QueueName(target, nameof(request));
        if (request.Run is { } run && (run.Length is 0 or > LongestRun || !run.All(char.IsAsciiLetterOrDigit)))
            throw new ArgumentException($"{nameof(request.Run)} must be 1 to {LongestRun} letters and digits of ASCII.", nameof(request));
        if (request.Target == request.Queue)
            throw new ArgumentException("A queue is not replayed into itself.", nameof(request));
        ArgumentGuard.Range(request.Limit ?? 1, 1, long.MaxValue, nameof(request), nameof(request.Limit));
        ArgumentGuard.Range(request.RatePerSecond ?? 1, ReplayRequest.SlowestRate, ReplayRequest.FastestRate, nameof(request), nameof(request.RatePerSecond));
        ArgumentGuard.Range(request.MaxReplays, 1, int.MaxValue, nameof(request), nameof(request.MaxReplays));
        ArgumentGuard.Range(request.Window, 1, 10_000, nameof(request), nameof(request.Window));
        if (request.Batches is not { } batches)
            return;
        if (batches.Sizes.Count == 0)
            throw new ArgumentException($"{nameof(batches.Sizes)} must not be empty.", nameof(request));
        foreach (int size in batches.Sizes)
            ArgumentGuard.Range(size, 1, int.MaxValue, nameof(request), nameof(batches.Sizes));
        ArgumentGuard.Range(batches.MaxReturnedShare, 0, 1, nameof(request), nameof(batches.MaxReturnedShare));
        ArgumentGuard.Range(batches.Settle.TotalSeconds, 0, TimeSpan.FromDays(1).TotalSeconds, nameof(request), nameof(batches.Settle));
        ArgumentGuard.Range(batches.ConsumeTimeout.TotalSeconds, 0, TimeSpan.FromDays(1).TotalSeconds, nameof(request), nameof(batches.ConsumeTimeout));
    }
}
