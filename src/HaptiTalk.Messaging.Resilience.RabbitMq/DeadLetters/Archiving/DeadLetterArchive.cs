using System.Globalization;
using System.Text;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>Checks what it is asked, reads and writes.</summary>
internal sealed class DeadLetterArchive(DeadLetterAccess broker, PeekCache cache) : IDeadLetterArchive
{
    private const int DrainedAtOnce = 1_000;
    private const long BytesAtOnce = 64L * 1024 * 1024;
    private const int ImportedAtOnce = 100;

    public async Task<ExportReport> ExportAsync(
        ExportRequest request, Stream destination, IProgress<long>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(destination);
        ArgumentGuard.QueueName(request.Queue, nameof(request));

        var matcher = new DeadLetterMatcher(request.Select);
        var writer = new ArchiveWriter(destination, request.Queue);
        if (!request.Drain)
        {
            Scanned read = await ScanAsync(request, matcher, writer, QueueReading.MostHeld, long.MaxValue, null, progress, cancellationToken).ConfigureAwait(false);
            await writer.FlushAsync(leaving: 0, cancellationToken).ConfigureAwait(false);
            return new(request.Queue, writer.Written, 0, Incomplete(read));
        }

        try
        {
            return await DrainAsync(request, matcher, writer, progress, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception failed) when (writer.Removed > 0
            && failed is not (PeekRefusedException or DeadLetterAccessException { Removed: > 0 }) && !cancellationToken.IsCancellationRequested)
        {
            throw new DeadLetterAccessException(
                string.Create(CultureInfo.InvariantCulture,
                    $"{failed.Message} {writer.Removed} messages had left the queue before, or may have: they are in the export."),
                failed,
                (failed as DeadLetterAccessException)?.Error ?? DeadLetterError.Broker,
                writer.Removed);
        }
        finally
        {
            cache.Forget(request.Queue);
        }
    }

    public async Task<ImportReport> ImportAsync(
        Stream source, ImportRequest? request = null, IProgress<long>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        request ??= new();
        if (request.Queue is { } queue)
            ArgumentGuard.QueueName(queue, nameof(request));
        ArgumentGuard.Range(request.SkipLines, 0, long.MaxValue, nameof(request), nameof(request.SkipLines));

        const string Purpose = "import dead letters";
        using var reader = new StreamReader(source, Encoding.UTF8, leaveOpen: true);
        return await broker.UseAsync(
            Purpose, session => new ArchiveImport(session, request, broker, ImportedAtOnce).RunAsync(reader, progress, cancellationToken), cancellationToken)
            .ConfigureAwait(false);
    }

    // Everything goes in rounds, so that neither we nor the broker hold more than one; a selection has to be held as a whole.
    private async Task<ExportReport> DrainAsync(
        ExportRequest request, DeadLetterMatcher matcher, ArchiveWriter writer, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        long? left = null;
        while (true)
        {
            List<ulong> tags = [];
            long before = writer.Written;
            async Task<bool> ApproveAsync()
            {
                await writer.FlushAsync(tags.Count, cancellationToken).ConfigureAwait(false);
                return true;
            }

            bool everything = matcher.TakesEverything;
            Scanned read = await ScanAsync(
                request, matcher, writer, (int)Math.Min(everything ? DrainedAtOnce : QueueReading.MostHeld, left ?? long.MaxValue), everything ? BytesAtOnce : long.MaxValue,
                new(tags, ApproveAsync, everything, request.DespiteDeliveryLimit), progress, cancellationToken).ConfigureAwait(false);
            left = (left ?? read.Depth) - read.Read;
            if (!everything || left <= 0 || writer.Written == before)
                return new(request.Queue, writer.Written, writer.Removed, everything ? (left > 0 ? read.Incomplete : null) : Incomplete(read));
        }
    }

    private Task<Scanned> ScanAsync(
        ExportRequest request,
        DeadLetterMatcher matcher,
        ArchiveWriter writer,
        int messages,
        long bytes,
        Taking? taking,
        IProgress<long>? progress,
        CancellationToken cancellationToken)
    {
        long reported = broker.Time.GetTimestamp();
        return new QueueScan(broker).RunAsync(
            request.Queue,
            _ => (messages, bytes),
            static _ => false,
            async (message, token) =>
            {
                if (!matcher.TakesEverything && !matcher.Fits(DeadLetterReading.Read(message, position: 0, maxBodyBytes: 0), message.Body.Span))
                    return true;
                await writer.WriteAsync(message, token).ConfigureAwait(false);
                taking?.Tags.Add(message.Tag);
                if (progress is not null && broker.Time.GetElapsedTime(reported) > TimeSpan.FromMilliseconds(500))
                {
                    progress.Report(writer.Written);
                    reported = broker.Time.GetTimestamp();
                }

                return true;
            },
            cancellationToken,
            taking,
            QueueGuard.RuleFor(request.AnyQueue));
    }

    private static string? Incomplete(Scanned read) =>
        read.Incomplete ?? (read.Read < read.Depth ? string.Create(
            CultureInfo.InvariantCulture, $"only {read.Read} of {read.Depth} messages could be read") : null);
}
