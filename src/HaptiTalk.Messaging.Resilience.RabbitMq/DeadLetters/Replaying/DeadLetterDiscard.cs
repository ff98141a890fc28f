using System.Globalization;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>Holds everything that fits, and removes it only when it is as much as was expected.</summary>
internal sealed class DeadLetterDiscard(DeadLetterAccess broker)
{
    public async Task<DiscardReport> RunAsync(DiscardRequest request, CancellationToken cancellationToken)
    {
        var matcher = new DeadLetterMatcher(request.Select);
        List<ulong> tags = [];
        ArchiveWriter? export = request.Export is { } destination ? new(destination, request.Queue) : null;
        string? problem = null;
        long depth = 0;
        bool areLeaving = false;

        async Task<bool> ApproveAsync()
        {
            if (tags.Count != request.ExpectedCount)
                problem = NotAsExpected(request, tags.Count, incomplete: null);
            else if (depth > QueueReading.MostHeld && !matcher.TakesEverything)
                problem = string.Create(
                    CultureInfo.InvariantCulture, $"Only the first {QueueReading.MostHeld} of {depth} messages could be looked at. Nothing was removed.");
            if (problem is null && export is not null)
                await export.FlushAsync(tags.Count, cancellationToken).ConfigureAwait(false);
            return areLeaving = problem is null;
        }

        Scanned scanned;
        try
        {
            scanned = await new QueueScan(broker).RunAsync(
                request.Queue,
                count =>
                {
                    depth = count;
                    return (QueueReading.MostHeld, long.MaxValue);
                },
                static _ => false,
                async (message, token) =>
                {
                    if (!matcher.TakesEverything && !matcher.Fits(DeadLetterReading.Read(message, position: 0, maxBodyBytes: 0), message.Body.Span))
                        return true;
                    tags.Add(message.Tag);
                    if (export is not null)
                        await export.WriteAsync(message, token).ConfigureAwait(false);
                    // One too many is enough to know.
                    return tags.Count <= request.ExpectedCount;
                },
                cancellationToken,
                new Taking(tags, ApproveAsync, Everything: false, request.DespiteDeliveryLimit),
                QueueGuard.RuleFor(request.AnyQueue)).ConfigureAwait(false);
        }
        catch (Exception failure) when (areLeaving)
        {
            // Whatever it was: they were let go, and the broker may have noted it for some.
            throw new DeadLetterAccessException(
                $"Could not discard messages of '{request.Queue}' at {broker.Address}: {failure.Message} They may be gone{(export is null ? "" : "; the export has all of them")}.",
                failure,
                DeadLetterError.Broker,
                tags.Count);
        }

        if (!areLeaving)
            problem ??= NotAsExpected(request, tags.Count, scanned.Incomplete);
        return new(request.Queue, tags.Count, areLeaving ? tags.Count : 0, export?.Written ?? 0, problem);
    }

    private static string NotAsExpected(DiscardRequest request, int found, string? incomplete) =>
        string.Create(CultureInfo.InvariantCulture,
            $"{found} messages fit, and {request.ExpectedCount} were expected. Nothing was removed.{(incomplete is null ? "" : $" ({incomplete})")}");
}
