namespace HaptiTalk.Messaging.Resilience;

internal sealed class DeadLetterArchive : IDeadLetterArchive
{
    public Task<ExportReport> ExportAsync(
        ExportRequest request, Stream destination, IProgress<long>? progress = null, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException();

    public Task<ImportReport> ImportAsync(
        Stream source, ImportRequest? request = null, IProgress<long>? progress = null, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException();
}
