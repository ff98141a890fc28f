namespace HaptiTalk.Messaging.Resilience;

/// <summary>Checks what it is asked, and asks the slices that know.</summary>
internal sealed class DeadLetterInspector : IDeadLetterInspector
{
    public static readonly TimeSpan DefaultPatience = TimeSpan.FromSeconds(10);

    private readonly BrokerAccess _broker;
    private readonly PeekCache _cache;
    private readonly QueueScan _scan;
    private readonly QueueListing _listing;

    /// <summary>Without the management API: for programs that count.</summary>
    public DeadLetterInspector(BrokerAddress broker, TimeSpan patience)
        : this(new BrokerAccess(broker, management: null, patience, TimeProvider.System), PeekCache.None(TimeProvider.System))
    {
    }

    public DeadLetterInspector(BrokerAccess broker, PeekCache cache)
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
        return await _broker.BoundAsync("count dead letters", token => QueueCounting.AskAsync(_broker, queues, token), cancellationToken)
            .ConfigureAwait(false);
    }

    public Task<DeadLetterListing> ListAsync(DeadLetterListOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new();
        Check(options.Queues, nameof(options));
        return _listing.ListAsync(options, cancellationToken);
    }

    public async Task<DeadLetterPage> PeekAsync(
        string queue, DeadLetterPeekOptions? options = null, CancellationToken cancellationToken = default)
    {
        Check([queue], nameof(queue));
        options ??= new();
        Allowed.Within(options.Skip, 0, 60_000, nameof(options), nameof(options.Skip));
        Allowed.Within(options.Take, 1, 1_000, nameof(options), nameof(options.Take));
        Allowed.Within(options.MaxBodyBytes, 0, int.MaxValue, nameof(options), nameof(options.MaxBodyBytes));

        DeadLetterPage? kept = null;
        List<DeadLetter> letters = [];
        long position = 0;
        Scanned scanned = await _scan.RunAsync(
            queue,
            _ => (options.Skip + options.Take, long.MaxValue),
            depth => !options.Refresh && (kept = _cache.Page(queue, depth, options)) is not null,
            (message, _) =>
            {
                if (position >= options.Skip)
                    letters.Add(DeadLetterReading.Read(message, position, options.MaxBodyBytes));
                position++;
                return new(true);
            },
            cancellationToken).ConfigureAwait(false);
        if (kept is not null)
            return kept;

        DeadLetterPage page = new(queue, scanned.Depth, letters, _broker.Time.GetUtcNow(), IsFromCache: false, scanned.Incomplete);
        if (page.Incomplete is null)
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

        DeadLetterSummary? kept = null;
        var groups = new DeadLetterGroups(groupings);
        long position = 0;
        Scanned scanned = await _scan.RunAsync(
            queue,
            _ => (options.MaxMessages, options.MaxBytes),
            depth => (kept = _cache.Summary(queue, depth, question)) is not null,
            (message, _) =>
            {
                groups.Add(DeadLetterReading.Read(message, position++, maxBodyBytes: 0));
                return new(true);
            },
            cancellationToken).ConfigureAwait(false);
        if (kept is not null)
            return kept;

        DeadLetterSummary summary = new(
            queue, scanned.Depth, scanned.Read, groupings, groups.ToList(), groups.Ungrouped, Incomplete(scanned));
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
        List<DeadLetter> found = [];
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
                    found.Add(letter);
                return new(true);
            },
            cancellationToken).ConfigureAwait(false);
        return new(queue, scanned.Depth, scanned.Read, matches, found, Incomplete(scanned));
    }

    public async Task<DeadLetter?> ShowAsync(
        string queue, string id, DeadLetterScanOptions? options = null, CancellationToken cancellationToken = default)
    {
        Check([queue], nameof(queue));
        ArgumentException.ThrowIfNullOrEmpty(id);
        options = Checked(options);

        var matcher = new DeadLetterMatcher(new DeadLetterQuery { Ids = [id] });
        DeadLetter? found = null;
        long position = 0;
        await _scan.RunAsync(
            queue,
            _ => (options.MaxMessages, options.MaxBytes),
            depth => (found = _cache.Whole(queue, depth, id)) is not null,
            (message, _) =>
            {
                DeadLetter letter = DeadLetterReading.Read(message, position, maxBodyBytes: 0);
                if (matcher.Fits(letter, message.Body.Span))
                    found = letter with { Body = message.Body.ToArray() };
                position++;
                return new(found is null);
            },
            cancellationToken).ConfigureAwait(false);
        return found;
    }

    // Read once, and again only when the queue has become shorter.
    private async Task<DateTimeOffset?> HeadTimeAsync(string queue, CancellationToken cancellationToken)
    {
        DeadLetterPage head = await PeekAsync(queue, new() { Take = 1, MaxBodyBytes = 0 }, cancellationToken).ConfigureAwait(false);
        return head.Messages is [var oldest, ..] ? oldest.Failure.At ?? oldest.SentAt : null;
    }

    private static string? Incomplete(Scanned scanned) => scanned.Incomplete
        ?? (scanned.Read < scanned.Depth ? $"no more than {scanned.Read} messages were to be looked at" : null);

    private static void Check(IReadOnlyCollection<string> queues, string name)
    {
        foreach (string queue in queues)
            Allowed.Queue(queue, name);
    }

    private static DeadLetterScanOptions Checked(DeadLetterScanOptions? options)
    {
        options ??= new();
        Allowed.Within(options.MaxMessages, 1, 60_000, nameof(options), nameof(options.MaxMessages));
        Allowed.Within(options.MaxMatches, 1, 10_000, nameof(options), nameof(options.MaxMatches));
        Allowed.Within(options.MaxBytes, 1, long.MaxValue, nameof(options), nameof(options.MaxBytes));
        Allowed.Within(options.MaxBodyBytes, 0, int.MaxValue, nameof(options), nameof(options.MaxBodyBytes));
        return options;
    }
}
