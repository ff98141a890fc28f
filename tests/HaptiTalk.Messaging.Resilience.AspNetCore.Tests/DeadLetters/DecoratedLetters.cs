namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>A real broker's dead letters, and something that goes wrong beside it: <paramref name="then"/> runs after each discard, with its report.</summary>
internal sealed class ThenFailing(IDeadLetterReplayer real, Func<DiscardReport, DiscardReport> then) : IDeadLetterReplayer
{
    public Task<ReplayReport> ReplayAsync(ReplayRequest request, IProgress<ReplayProgress>? progress = null, CancellationToken cancellationToken = default) =>
        real.ReplayAsync(request, progress, cancellationToken);

    public Task<ReplayReport> ReplayEditedAsync(EditedReplay edit, CancellationToken cancellationToken = default) => real.ReplayEditedAsync(edit, cancellationToken);

    public async Task<DiscardReport> DiscardAsync(DiscardRequest request, CancellationToken cancellationToken = default) =>
        then(await real.DiscardAsync(request, cancellationToken));
}

/// <summary>Exports of a real broker, with another word why not all could be read.</summary>
internal sealed class IncompleteExports(IDeadLetterArchive real, string why) : IDeadLetterArchive
{
    public async Task<ExportReport> ExportAsync(
        ExportRequest request, Stream destination, IProgress<long>? progress = null, CancellationToken cancellationToken = default) =>
        await real.ExportAsync(request, destination, progress, cancellationToken) with { Incomplete = why };

    public Task<ImportReport> ImportAsync(
        Stream source, ImportRequest? request = null, IProgress<long>? progress = null, CancellationToken cancellationToken = default) =>
        real.ImportAsync(source, request, progress, cancellationToken);
}

/// <summary>Looks at a real broker, each of which first asks <paramref name="before"/>.</summary>
internal sealed class WaitingLooks(IDeadLetterInspector real, Func<Task> before) : IDeadLetterInspector
{
    public async Task<IReadOnlyList<DeadLetterCount>> CountAsync(IReadOnlyCollection<string> queues, CancellationToken cancellationToken = default)
    {
        await before();
        return await real.CountAsync(queues, cancellationToken);
    }

    public async Task<DeadLetterListing> ListAsync(DeadLetterListOptions? options = null, CancellationToken cancellationToken = default)
    {
        await before();
        return await real.ListAsync(options, cancellationToken);
    }

    public async Task<DeadLetterPage> PeekAsync(string queue, DeadLetterPeekOptions? options = null, CancellationToken cancellationToken = default)
    {
        await before();
        return await real.PeekAsync(queue, options, cancellationToken);
    }

    public async Task<DeadLetterSummary> SummariseAsync(
        string queue, IReadOnlyCollection<DeadLetterGrouping>? by = null, DeadLetterScanOptions? options = null, CancellationToken cancellationToken = default)
    {
        await before();
        return await real.SummariseAsync(queue, by, options, cancellationToken);
    }

    public async Task<DeadLetterSearchResult> SearchAsync(
        string queue, DeadLetterQuery query, DeadLetterScanOptions? options = null, CancellationToken cancellationToken = default)
    {
        await before();
        return await real.SearchAsync(queue, query, options, cancellationToken);
    }

    public async Task<DeadLetter?> ShowAsync(string queue, string id, DeadLetterScanOptions? options = null, CancellationToken cancellationToken = default)
    {
        await before();
        return await real.ShowAsync(queue, id, options, cancellationToken);
    }
}
