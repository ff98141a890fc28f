namespace HaptiTalk.Messaging.Resilience;

/// <summary>Writes dead letters down, byte for byte, and brings them back.</summary>
/// <remarks>One JSON object a line: properties, headers with their AMQP types, and the body as text, or base64 where it is not UTF-8.</remarks>
public interface IDeadLetterArchive
{
    /// <summary>Writes messages as JSON Lines.</summary>
    /// <param name="request">Which messages, and whether they are then removed.</param>
    /// <param name="destination">Gets the lines. It is flushed, and left open.</param>
    /// <param name="progress">Told about twice a second how many are written.</param>
    /// <param name="cancellationToken">Stops it. What a drain has removed until then is in the lines.</param>
    /// <exception cref="ArgumentException">The request is not valid; nothing was done.</exception>
    /// <exception cref="PeekRefusedException">
    /// This queue cannot be read without harm, and the messages are not to be removed; or it is in use, see <see cref="ExportRequest.AnyQueue"/>.
    /// </exception>
    /// <exception cref="DeadLetterAccessException">
    /// The broker could not be reached, has no such queue, or refused; or the stream failed, for example on a full disk. <see
    /// cref="DeadLetterAccessException.Removed"/> says how many messages a drain had removed. Of a stream that can seek, what is not
    /// needed for those is cut off.
    /// </exception>
    Task<ExportReport> ExportAsync(
        ExportRequest request, Stream destination, IProgress<long>? progress = null, CancellationToken cancellationToken = default);

    /// <summary>Puts exported messages into a queue, each confirmed, and into no other: <c>CC</c> and <c>BCC</c> headers are left out.</summary>
    /// <param name="source">The lines.</param>
    /// <param name="request">Where to; null for the queues they were exported from.</param>
    /// <param name="progress">Told about twice a second how many are in.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>How far it came, and what stopped it: a line that is not from an export, a queue that is missing or full.</returns>
    /// <exception cref="ArgumentException">The request is not valid; nothing was done.</exception>
    /// <exception cref="DeadLetterAccessException">The broker could not be reached, or refused.</exception>
    Task<ImportReport> ImportAsync(
        Stream source, ImportRequest? request = null, IProgress<long>? progress = null, CancellationToken cancellationToken = default);
}

/// <summary>What to write.</summary>
public sealed record ExportRequest
{
    /// <summary>The queue.</summary>
    public required string Queue { get; init; }

    /// <summary>Which messages. Default: all.</summary>
    public DeadLetterQuery Select { get; init; } = DeadLetterQuery.Everything;

    /// <summary>
    /// Whether what is written leaves the queue, after the stream was flushed to where it is kept. Works on queues that cannot be
    /// looked into otherwise. Default: false.
    /// </summary>
    public bool Drain { get; init; }

    /// <summary>As in <see cref="ReplayRequest.DespiteDeliveryLimit"/>, for a drain.</summary>
    public bool DespiteDeliveryLimit { get; init; }

    /// <inheritdoc cref="DeadLetterScanOptions.AnyQueue"/>
    public bool AnyQueue { get; init; }
}

/// <summary>What was written.</summary>
/// <param name="Queue">The queue.</param>
/// <param name="Exported">Messages written.</param>
/// <param name="Removed">Of them, removed from the queue.</param>
/// <param name="Incomplete">Why not everything meant was written; null when it was.</param>
public sealed record ExportReport(string Queue, long Exported, long Removed, string? Incomplete);

/// <summary>Where to import to.</summary>
public sealed record ImportRequest
{
    /// <summary>The queue; null for the one that each line names.</summary>
    public string? Queue { get; init; }

    /// <summary>Lines to pass over, because an earlier import had them. 0 or more. Default: 0.</summary>
    public long SkipLines { get; init; }
}

/// <summary>What was imported.</summary>
/// <param name="Imported">Messages that are in, confirmed.</param>
/// <param name="Line">The last line dealt with: what <see cref="ImportRequest.SkipLines"/> goes on after.</param>
/// <param name="Problem">What stopped it; null at the end of the lines.</param>
public sealed record ImportReport(long Imported, long Line, string? Problem);
