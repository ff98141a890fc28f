namespace HaptiTalk.Messaging.Resilience;

/// <summary>Holds everything that fits, and removes it only when it is as much as was expected.</summary>
internal sealed class DeadLetterDiscard(BrokerAccess broker)
{
    public async Task<DiscardReport> RunAsync(DiscardRequest request, CancellationToken cancellationToken)
    {
        var matcher = new DeadLetterMatcher(request.Select);
        List<ulong> tags = [];
        ArchiveWriter? export = request.Export is { } destination ? new(destination, request.Queue) : null;
        string? problem = null;
        long depth = 0;

        async Task<bool> ApproveAsync()
        {
            if (tags.Count != request.ExpectedCount)
                problem = $"{tags.Count} messages fit, and {request.ExpectedCount} were expected. Nothing was removed.";
            else if (depth > QueueReading.MostHeld && !matcher.TakesEverything)
                problem = $"Only the first {QueueReading.MostHeld} of {depth} messages could be looked at. Nothing was removed.";
            if (problem is null && export is not null)
                await CallersOwnException.WhileAsync(() => export.FlushAsync(cancellationToken)).ConfigureAwait(false);
            return problem is null;
        }

        Scanned scanned = await new QueueScan(broker).RunAsync(
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
                    await CallersOwnException.WhileAsync(() => export.WriteAsync(message, token).AsTask()).ConfigureAwait(false);
                // One too many is enough to know.
                return tags.Count <= request.ExpectedCount;
            },
            cancellationToken,
            new Taking(tags, ApproveAsync, Everything: false, request.DespiteDeliveryLimit),
            QueueGuard.RuleFor(request.AnyQueue)).ConfigureAwait(false);

        if (tags.Count != request.ExpectedCount)
            problem ??= $"{tags.Count} messages fit, and {request.ExpectedCount} were expected. Nothing was removed.{(scanned.Incomplete is { } why ? $" ({why})" : "")}";
        return new(request.Queue, tags.Count, problem is null ? tags.Count : 0, export?.Written ?? 0, problem);
    }
}
