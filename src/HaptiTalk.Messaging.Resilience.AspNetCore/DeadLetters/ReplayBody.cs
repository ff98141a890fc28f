using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>A replay as somebody asks for it.</summary>
internal sealed record ReplayBody
{
    [Description("Which messages; all of them without it.")]
    public MessageSelection? Select { get; init; }

    [Description("Any of these as id or AMQP message id.")]
    public string[]? Ids { get; init; }

    [Description("The queue to send the messages to; without it, the queue that each came from.")]
    public string? Target { get; init; }

    [Description("true sends each message to the queue that its headers name; everybody who may send to this queue can write those headers; false by default.")]
    public bool? TrustHeaders { get; init; }

    [Description("true shows what would happen, and changes nothing; false by default.")]
    public bool? DryRun { get; init; }

    [Range(typeof(long), "1", "9223372036854775807"), Description("The most messages to replay, 1 or more; all without it.")]
    public long? Limit { get; init; }

    [Range(ReplayRequest.SlowestRate, ReplayRequest.FastestRate), Description("Messages per second, 0.001 to 1,000,000; no limit without it.")]
    public double? RatePerSecond { get; init; }

    [Description("Replay in growing batches that stop by themselves; all at once without it.")]
    public BatchesBody? Batches { get; init; }

    [Description("What to do with requests whose caller is gone: skip, replayWithoutReply or replay; skip by default.")]
    public AbandonedRequests? AbandonedRequests { get; init; }

    [Range(1, int.MaxValue), Description("Keeps messages that were replayed this often already, 1 or more; 3 by default.")]
    public int? MaxReplays { get; init; }

    [Range(1, 10_000), Description("The most unconfirmed messages, 1 to 10,000; 1,000 by default.")]
    public int? Window { get; init; }

    [Description("true goes on although a message is near its delivery limit; false by default.")]
    public bool? DespiteDeliveryLimit { get; init; }

    [Description(Resilience.Reason.Description)]
    public string? Reason { get; init; }

    /// <summary>What it asks for; the errors say what is wrong with it.</summary>
    public ReplayOrder ToOrder(string queue, FieldErrors errors)
    {
        errors.Add(Resilience.Reason.Name, Resilience.Reason.ProblemOf(Reason));
        var defaults = new ReplayRequest { Queue = queue };
        return new(
            defaults with
            {
                Select = MessageSelection.Read(Select, Ids, errors),
                Target = Target,
                TrustHeaders = TrustHeaders == true,
                DryRun = DryRun == true,
                Limit = Limit,
                RatePerSecond = RatePerSecond,
                Batches = Batches?.ToBatches(),
                AbandonedRequests = AbandonedRequests ?? defaults.AbandonedRequests,
                MaxReplays = MaxReplays ?? defaults.MaxReplays,
                Window = Window ?? defaults.Window,
                DespiteDeliveryLimit = DespiteDeliveryLimit == true,
            },
            Reason);
    }
}

/// <summary>A replay, and why somebody wants it.</summary>
internal sealed record ReplayOrder(ReplayRequest Request, string? Reason);

/// <summary>Growing batches as somebody asks for them.</summary>
internal sealed record BatchesBody
{
    private const double MostSeconds = 86_400;

    [Range(1, int.MaxValue), Description("The sizes, the last one repeats; 1, 5, 20, 100 by default.")]
    public int[]? Sizes { get; init; }

    [Range(0.0, 1), Description("The share of a batch that may come back, 0 to 1; 0.1 by default.")]
    public double? MaxReturnedShare { get; init; }

    [Range(0.0, MostSeconds), Description("Seconds to watch a batch after its messages are consumed; 5 by default.")]
    public double? SettleSeconds { get; init; }

    [Range(0.0, MostSeconds), Description("Seconds to wait until the messages of a batch are consumed; 120 by default.")]
    public double? ConsumeTimeoutSeconds { get; init; }

    public ReplayBatches ToBatches()
    {
        var defaults = new ReplayBatches();
        return new()
        {
            Sizes = Sizes is null or [] ? defaults.Sizes : Sizes,
            MaxReturnedShare = MaxReturnedShare ?? defaults.MaxReturnedShare,
            Settle = SettleSeconds is { } settle ? TimeSpan.FromSeconds(settle) : defaults.Settle,
            ConsumeTimeout = ConsumeTimeoutSeconds is { } timeout ? TimeSpan.FromSeconds(timeout) : defaults.ConsumeTimeout,
        };
    }
}
