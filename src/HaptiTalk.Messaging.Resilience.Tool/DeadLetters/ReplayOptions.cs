using System.CommandLine;

namespace HaptiTalk.Messaging.Resilience.Tool.DeadLetters;

/// <summary>What to replay, where to and how fast.</summary>
internal sealed class ReplayOptions
{
    private static readonly ReplayBatches Usual = new();

    private readonly FilterOptions _filters;

    private readonly Option<string?> _target = new("--to")
    {
        HelpName = "queue",
        Description = "The queue to send the messages to. Default: the queue that each came from.",
    };

    private readonly Option<bool> _trustHeaders = new("--trust-headers")
    {
        Description = "Send each message to the queue that its headers name. Everybody who may send to this queue can write those headers.",
    };

    private readonly Option<double?> _rate = new ReadOption<double?>("--rate", "rate", $"0.001 to 1,000,000 a second, such as {Amounts.RateForm}", TryRate)
    {
        Description = $"How fast: {Amounts.RateForm}. Default: no limit.",
    };

    private readonly Option<IReadOnlyList<int>?> _batches = new("--batches")
    {
        HelpName = "sizes",
        Description = $"Replay in growing batches. Each is watched before the next begins. Default sizes: {string.Join(',', Usual.Sizes)}.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<double> _maxReturned = new ReadOption<double>("--max-returned", "share", Amounts.ShareForm, Amounts.TryShare)
    {
        Description = "The share of a batch that may come back. With more, the replay stops.",
        DefaultValueFactory = static _ => Usual.MaxReturnedShare,
    };

    private readonly Option<TimeSpan> _settle = new ReadOption<TimeSpan>("--settle", "time", $"a time such as {Amounts.SpanForm}, at most 1d", TryUpToADay)
    {
        Description = "How long to watch a batch after its messages are consumed.",
        DefaultValueFactory = static _ => Usual.Settle,
    };

    private readonly Option<long?> _limit = new ReadOption<long?>("--limit", "messages", "a whole number from 1", Amounts.Whole(1, long.MaxValue))
    {
        Description = "How many messages to replay at most.",
    };

    private readonly Option<int> _maxReplays = new ReadOption<int>("--max-replays", "times", "a whole number from 1", Amounts.Whole(1, int.MaxValue))
    {
        Description = "Keep messages that were replayed this often already.",
        DefaultValueFactory = static _ => new ReplayRequest { Queue = "" }.MaxReplays,
    };

    private readonly Option<AbandonedRequests?> _goneRequester = new ReadOption<AbandonedRequests?>(
        "--abandoned-requests", "what", "skip, without-reply or as-is", TryGoneRequester)
    {
        Description = "Requests whose caller is gone: skip keeps them, without-reply sends them without a reply address, as-is sends them "
            + "unchanged. Default: skip, or without-reply for an edited message.",
    };

    private readonly Option<bool> _despiteLimit = DespiteLimit();

    public ReplayOptions(TimeProvider clock)
    {
        _filters = new(clock);
        _target.Validators.Add(QueueArgument.Check);
        _goneRequester.CompletionSources.Clear();
        _goneRequester.CompletionSources.Add("skip", "without-reply", "as-is");
        _batches.CustomParser = static result =>
        {
            if (result.Tokens is not [var text])
                return Usual.Sizes;
            Reader<int> size = Amounts.Whole(1, int.MaxValue);
            string[] parts = text.Value.Trim('[', ']').Split(',', StringSplitOptions.TrimEntries);
            int[] sizes = [.. parts.Select(part => size(part, out int read) ? read : 0)];
            if (Array.TrueForAll(sizes, static read => read > 0))
                return sizes;
            result.AddError($"'{text.Value}' is not allowed for --batches: nothing, or sizes such as 1,5,20,100.");
            return null;
        };
    }

    public static Option<bool> DespiteLimit() => new("--despite-delivery-limit")
    {
        Description = "Go on although messages are near their delivery limit. A crash could then make the broker drop them.",
    };

    public void AddTo(Command command)
    {
        _filters.AddTo(command);
        foreach (Option option in (Option[])[_target, _trustHeaders, _rate, _batches, _maxReturned, _settle, _limit, _maxReplays, _goneRequester, _despiteLimit])
            command.Add(option);
    }

    public ReplayRequest Read(ParseResult parsed, string queue) => new()
    {
        Queue = queue,
        Select = _filters.Read(parsed),
        Target = parsed.GetValue(_target),
        TrustHeaders = parsed.GetValue(_trustHeaders),
        Limit = parsed.GetValue(_limit),
        RatePerSecond = parsed.GetValue(_rate),
        Batches = parsed.GetResult(_batches) is null
            ? null
            : new()
            {
                Sizes = parsed.GetValue(_batches) ?? Usual.Sizes,
                MaxReturnedShare = parsed.GetValue(_maxReturned),
                Settle = parsed.GetValue(_settle),
            },
        AbandonedRequests = parsed.GetValue(_goneRequester) ?? AbandonedRequests.Skip,
        MaxReplays = parsed.GetValue(_maxReplays),
        DespiteDeliveryLimit = parsed.GetValue(_despiteLimit),
    };

    /// <summary>The value of --abandoned-requests; null without one.</summary>
    public AbandonedRequests? GoneRequesterOf(ParseResult parsed) => parsed.GetValue(_goneRequester);

    private static bool TryUpToADay(string text, out TimeSpan span) => Amounts.TrySpan(text, out span) && span <= TimeSpan.FromDays(1);

    private static bool TryRate(string text, out double? perSecond) =>
        Amounts.TryRate(text, out perSecond) && perSecond is >= ReplayRequest.SlowestRate and <= ReplayRequest.FastestRate;

    private static bool TryGoneRequester(string text, out AbandonedRequests? what)
    {
        what = text switch
        {
            "skip" => AbandonedRequests.Skip,
            "without-reply" => AbandonedRequests.ReplayWithoutReply,
            "as-is" => AbandonedRequests.Replay,
            _ => null,
        };
        return what is not null;
    }
}
