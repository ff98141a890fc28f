using System.ComponentModel;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>A replay as somebody asks for it.</summary>
internal sealed record WrittenReplay
{
    private const double MostSeconds = 86_400;

    [Description("Which messages; all of them without it.")]
    public WrittenSelection? Select { get; init; }

    [Description("Any of these as id or AMQP message id.")]
    public string[]? Ids { get; init; }

    [Description("The queue they go to; without it, where each came from.")]
    public string? Target { get; init; }

    [Description("true sends each where its own headers say, which whoever may send to the queue can write; false by default.")]
    public bool? TrustHeaders { get; init; }

    [Description("true says what would happen, and does nothing; false by default.")]
    public bool? DryRun { get; init; }

    [Description("Messages at most, 1 or more; all without it.")]
    public long? Limit { get; init; }

    [Description("Messages per second, 0.001 to 1,000,000; as fast as it goes without it.")]
    public double? RatePerSecond { get; init; }

    [Description("Growing batches that stop by themselves; in one go without it.")]
    public WrittenBatches? Batches { get; init; }

    [Description("What becomes of requests that nobody waits for: skip, replayWithoutReply or replay; skip by default.")]
    public string? GoneRequester { get; init; }

    [Description("A message that was replayed this often is held back, 1 or more; 3 by default.")]
    public int? MaxReplays { get; init; }

    [Description("Messages under way at most, 1 to 10,000; 1,000 by default.")]
    public int? Window { get; init; }

    [Description("true goes on where a message is near its delivery limit; false by default.")]
    public bool? DespiteDeliveryLimit { get; init; }

    [Description(Resilience.Reason.Description)]
    public string? Reason { get; init; }

    /// <summary>What it asks for; what is wrong with it is in the errors of <paramref name="fields"/>.</summary>
    public static ReplayOrder Read(BodyFields fields, string queue)
    {
        var defaults = new ReplayRequest { Queue = queue };
        ReplayRequest request = defaults with
        {
            Select = WrittenSelection.Read(fields),
            Target = fields.Text("target"),
            TrustHeaders = fields.Flag("trustHeaders"),
            DryRun = fields.Flag("dryRun"),
            Limit = fields.Whole("limit", 1, long.MaxValue),
            RatePerSecond = fields.Number("ratePerSecond", ReplayRequest.SlowestRate, ReplayRequest.FastestRate),
            Batches = ReadBatches(fields.Inner("batches")),
            GoneRequester = fields.Choice("goneRequester", defaults.GoneRequester),
            MaxReplays = (int)(fields.Whole("maxReplays", 1, int.MaxValue) ?? defaults.MaxReplays),
            Window = (int)(fields.Whole("window", 1, 10_000) ?? defaults.Window),
            DespiteDeliveryLimit = fields.Flag("despiteDeliveryLimit"),
        };
        string? reason = Resilience.Reason.ReadFrom(fields);
        fields.RefuseOthers();
        return new(request, reason);
    }

    private static ReplayBatches? ReadBatches(BodyFields? fields)
    {
        if (fields is null)
            return null;
        var defaults = new ReplayBatches();
        IReadOnlyList<int> sizes = fields.Wholes("sizes", 1);
        ReplayBatches batches = new()
        {
            Sizes = sizes.Count == 0 ? defaults.Sizes : sizes,
            MaxReturnedShare = fields.Number("maxReturnedShare", 0, 1) ?? defaults.MaxReturnedShare,
            Settle = fields.Number("settleSeconds", 0, MostSeconds) is { } settle ? TimeSpan.FromSeconds(settle) : defaults.Settle,
            Patience = fields.Number("patienceSeconds", 0, MostSeconds) is { } patience ? TimeSpan.FromSeconds(patience) : defaults.Patience,
        };
        fields.RefuseOthers();
        return batches;
    }
}

/// <summary>A replay, and why somebody wants it.</summary>
internal sealed record ReplayOrder(ReplayRequest Request, string? Reason);

/// <summary>Growing batches as somebody asks for them.</summary>
internal sealed record WrittenBatches
{
    [Description("The sizes, the last one repeats; 1, 5, 20, 100 by default.")]
    public int[]? Sizes { get; init; }

    [Description("The share of a batch that may come back, 0 to 1; 0.1 by default.")]
    public double? MaxReturnedShare { get; init; }

    [Description("Seconds to look after a batch once it is taken up; 5 by default.")]
    public double? SettleSeconds { get; init; }

    [Description("Seconds to wait for a batch to be taken up; 120 by default.")]
    public double? PatienceSeconds { get; init; }
}
