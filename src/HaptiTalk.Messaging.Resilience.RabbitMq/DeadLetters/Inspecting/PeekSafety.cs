namespace HaptiTalk.Messaging.Resilience;

/// <summary>How a queue is looked at without harm, or why it is not.</summary>
/// <param name="Method">How messages that were read go back.</param>
/// <param name="Reason">Why this way.</param>
/// <param name="Remedies">For a refusal: what would make looking safe. Empty otherwise.</param>
public sealed record PeekSafety(PeekMethod Method, string Reason, IReadOnlyList<PeekRemedy> Remedies)
{
    /// <summary>Whether looking is allowed.</summary>
    public bool IsSafe => Method != PeekMethod.Refuse;
}

/// <summary>How what was read is given back.</summary>
public enum PeekMethod
{
    /// <summary>Not at all: it cannot be read without harm.</summary>
    Refuse,

    /// <summary>Closing the channel: the broker puts everything back in its place and counts nothing.</summary>
    Close,

    /// <summary>One negative acknowledgement for everything read, then closing: the broker counts no failed delivery.</summary>
    Requeue,

    /// <summary>Nothing to give back: reading a stream takes nothing out.</summary>
    Stream,
}

/// <summary>Something that makes looking at a queue safe.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Description">What it does and costs.</param>
/// <param name="Command">What to run, or null where it takes no command.</param>
public sealed record PeekRemedy(PeekRemedyKind Kind, string Description, string? Command);

/// <summary>What makes looking at a queue safe.</summary>
public enum PeekRemedyKind
{
    /// <summary>Lifting the queue's delivery limit.</summary>
    LiftDeliveryLimit,

    /// <summary>A stream that gets a copy of what is dead-lettered from now on.</summary>
    MirrorToStream,

    /// <summary>Moving the messages into a file, to look at there and import again.</summary>
    DrainToFile,

    /// <summary>Credentials that may ask what kind of queue it is.</summary>
    AllowManagement,

    /// <summary>Saying that this very queue is meant, see <see cref="DeadLetterScanOptions.AnyQueue"/>.</summary>
    AnyQueue,
}

/// <summary>Looking at this queue would lose, reorder or re-dead-letter messages. Nothing was read.</summary>
public sealed class PeekRefusedException : Exception
{
    /// <summary>Says why, and what would help.</summary>
    /// <param name="queue">The queue.</param>
    /// <param name="safety">Why, and what would make it safe.</param>
    public PeekRefusedException(string queue, PeekSafety safety)
        : base(Describe(queue, safety))
    {
        Queue = queue;
        Safety = safety;
    }

    /// <summary>The queue.</summary>
    public string Queue { get; }

    /// <summary>Why, and what would make it safe.</summary>
    public PeekSafety Safety { get; }

    private static string Describe(string queue, PeekSafety safety)
    {
        ArgumentNullException.ThrowIfNull(queue);
        ArgumentNullException.ThrowIfNull(safety);
        return $"Not looking into '{queue}': {safety.Reason}"
            + string.Concat(safety.Remedies.Select(static remedy => $"{Environment.NewLine}- {remedy.Description}"
                + (remedy.Command is null ? "" : $"{Environment.NewLine}    {remedy.Command}")));
    }
}
