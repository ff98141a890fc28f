using System.Globalization;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>Checks what it is asked, and asks the slices that know.</summary>
internal sealed class DeadLetterInspector : IDeadLetterInspector
{
    // Nobody reads a larger body on a screen, and it costs several times its size on the way there. An export has all of it.
    private const int MaxBodyBytesReturned = 12 * 1024 * 1024;

    private const string CountPurpose = "count dead letters";

    private readonly DeadLetterAccess _broker;
    private readonly PeekCache _cache;
    private readonly QueueScan _scan;
    private readonly QueueListing _listing;

    public DeadLetterInspector(DeadLetterAccess broker, PeekCache cache)
    {
        _broker = broker;
        _cache = cache;
        _scan = new QueueScan(broker);
        _listing = new QueueListing(broker, HeadTimeAsync);
    }

    public async Task<IReadOnlyList<DeadLetterCount>> CountAsync(
        IReadOnlyCollection<string> queues, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(queues);
        Check(queues, nameof(queues));
        if (queues.Count == 0)
            return [];
        return await _broker.WithinTimeoutAsync(CountPurpose, token => QueueCounting.AskAsync(_broker, queues, CountPurpose, token), cancellationToken)
            .ConfigureAwait(false);
    }

    public Task<DeadLetterListing> ListAsync(DeadLetterListOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new();
        Check(options.Queues, nameof(options));
        ArgumentGuard.Range(options.GrowthOver.TotalMilliseconds, 1, TimeSpan.FromDays(1).TotalMilliseconds, nameof(options), nameof(options.GrowthOver));
        return _listing.ListAsync(options, cancellationToken);
    }

    public Task<DeadLetterPage> PeekAsync(
        string queue, DeadLetterPeekOptions? options = null, CancellationToken cancellationToken = default)
    {
        Check([queue], nameof(queue));
        options ??= new();
        ArgumentGuard.Range(options.Skip, 0, 60_000, nameof(options), nameof(options.Skip));
        ArgumentGuard.Range(options.Take, 1, 1_000, nameof(options), nameof(options.Take));
        ArgumentGuard.Range(options.MaxBodyBytes, 0, int.MaxValue, nameof(options), nameof(options.MaxBodyBytes));
        return PeekAsync(queue, options, QueueGuard.RuleFor(options.AnyQueue), cancellationToken);
    }

    private async Task<DeadLetterPage> PeekAsync(string queue, DeadLetterPeekOptions options, QueueRule rule, CancellationToken cancellationToken)
    {
        DeadLetterPage? kept = null;
        CollectedDeadLetters letters = new();
        long position = 0;
        Scanned scanned = await _scan.RunAsync(
            queue,
            _ => (options.Skip + options.Take, long.MaxValue),
            depth => !options.Refresh && IsKept(rule) && (kept = _cache.Page(queue, depth, options)) is not null,
            (message, _) => new(position++ < options.Skip || letters.TryAdd(DeadLetterReading.Read(message, position - 1, options.MaxBodyBytes))),
            cancellationToken,
            rule: rule).ConfigureAwait(false);
        if (kept is not null)
            return kept;

        DeadLetterPage page = new(
            queue, scanned.Depth, letters.All, _broker.Time.GetUtcNow(), IsFromCache: false, scanned.Incomplete ?? letters.Incomplete);
        if (page.Incomplete is null && IsKept(rule))
            _cache.Keep(page, options);
        return page;
    }

    public async Task<DeadLetterSummary> SummariseAsync(
        string queue, IReadOnlyCollection<DeadLetterGrouping>? by = null, DeadLetterScanOptions? options = null, CancellationToken cancellationToken = default)
    {
        Check([queue], nameof(queue));
        options = Checked(options);
        IReadOnlyList<DeadLetterGrouping> groupings = by is { Count: > 0 } ? [.. by.Distinct()] : [DeadLetterGrouping.ExceptionType, DeadLetterGrouping.MessageType];
        string question = $"{string.Join(',', groupings)} {options}";

        QueueRule rule = QueueGuard.RuleFor(options.AnyQueue);
        DeadLetterSummary? kept = null;
        var groups = new DeadLetterGroups(groupings);
        long position = 0;
        Scanned scanned = await _scan.RunAsync(
            queue,
            _ => (options.MaxMessages, options.MaxBytes),
            depth => IsKept(rule) && (kept = _cache.Summary(queue, depth, question)) is not null,
            (message, _) =>
            {
                groups.Add(DeadLetterReading.Read(message, position++, maxBodyBytes: 0));
                return new(true);
            },
            cancellationToken,
            rule: rule).ConfigureAwait(false);
        if (kept is not null)
            return kept;

        DeadLetterSummary summary = new(
            queue, scanned.Depth, scanned.Read, groupings, groups.ToList(), groups.Ungrouped, Incomplete(scanned));
        if (IsKept(rule))
            _cache.Keep(summary, question);
        return summary;
    }

    public async Task<DeadLetterSearchResult> SearchAsync(
        string queue, DeadLetterQuery query, DeadLetterScanOptions? options = null, CancellationToken cancellationToken = default)
    {
        Check([queue], nameof(queue));
        ArgumentNullException.ThrowIfNull(query);
        options = Checked(options);

        var matcher = new DeadLetterMatcher(query);
        CollectedDeadLetters found = new();
        long position = 0;
        long matches = 0;
        Scanned scanned = await _scan.RunAsync(
            queue,
            _ => (options.MaxMessages, options.MaxBytes),
            _ => false,
            (message, _) =>
            {
                DeadLetter letter = DeadLetterReading.Read(message, position++, options.MaxBodyBytes);
                if (matcher.Fits(letter, message.Body.Span) && ++matches <= options.MaxMatches)
                    found.TryAdd(letter);
                return new(true);
            },
            cancellationToken,
            rule: QueueGuard.RuleFor(options.AnyQueue)).ConfigureAwait(false);
        return new(queue, scanned.Depth, scanned.Read, matches, found.All, Incomplete(scanned) ?? found.Incomplete);
    }

    public async Task<DeadLetter?> ShowAsync(
        string queue, string id, DeadLetterScanOptions? options = null, CancellationToken cancellationToken = default)
    {
        Check([queue], nameof(queue));
        ArgumentException.ThrowIfNullOrEmpty(id);
        options = Checked(options);

        var matcher = new DeadLetterMatcher(new DeadLetterQuery { Ids = [id] });
        QueueRule rule = QueueGuard.RuleFor(options.AnyQueue);
        DeadLetter? found = null;
        long position = 0;
        Scanned scanned = await _scan.RunAsync(
            queue,
            _ => (options.MaxMessages, options.MaxBytes),
            depth => IsKept(rule) && (found = _cache.Whole(queue, depth, id)) is not null,
            (message, _) =>
            {
                DeadLetter letter = DeadLetterReading.Read(message, position, maxBodyBytes: 0);
                if (matcher.Fits(letter, message.Body.Span))
                    found = letter with { Body = message.Body[..Math.Min(message.Body.Length, MaxBodyBytesReturned)].ToArray() };
                position++;
                return new(found is null);
            },
            cancellationToken,
            rule: rule).ConfigureAwait(false);
        // The message may be one that somebody else held, which this look did not see.
        return found is null && scanned.Incomplete is { } why
            ? throw _broker.Failed($"find '{id}' in '{queue}'", $"not all of it could be read: {why}")
            : found;
    }

    // Read once, and again only when the queue has become shorter.
    private async Task<DateTimeOffset?> HeadTimeAsync(string queue, CancellationToken cancellationToken)
    {
        DeadLetterPage head = await PeekAsync(queue, new() { Take = 1, MaxBodyBytes = 0 }, QueueRule.InPassing, cancellationToken).ConfigureAwait(false);
        return head.Messages is [var oldest, ..] ? oldest.Failure.At ?? oldest.SentAt : null;
    }

    // A queue that is consumed has other messages at the next look.
    private static bool IsKept(QueueRule rule) => rule != QueueRule.Any;

    private static string? Incomplete(Scanned scanned) => scanned.Incomplete
        ?? (scanned.Read < scanned.Depth ? string.Create(
            CultureInfo.InvariantCulture, $"no more than {scanned.Read} messages were to be looked at") : null);

    private static void Check(IReadOnlyCollection<string> queues, string name)
    {
        foreach (string queue in queues)
            ArgumentGuard.QueueName(queue, name);
    }

    private static DeadLetterScanOptions Checked(DeadLetterScanOptions? options)
    {
        options ??= new();
        ArgumentGuard.Range(options.MaxMessages, 1, 60_000, nameof(options), nameof(options.MaxMessages));
        ArgumentGuard.Range(options.MaxMatches, 1, 10_000, nameof(options), nameof(options.MaxMatches));
        ArgumentGuard.Range(options.MaxBytes, 1, long.MaxValue, nameof(options), nameof(options.MaxBytes));
        ArgumentGuard.Range(options.MaxBodyBytes, 0, int.MaxValue, nameof(options), nameof(options.MaxBodyBytes));
        return options;
    }
}
