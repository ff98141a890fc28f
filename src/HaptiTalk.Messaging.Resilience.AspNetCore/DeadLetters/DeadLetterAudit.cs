using System.Collections.Frozen;
using Microsoft.Extensions.Logging;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>Notes what was done to dead letters beside everything else that was changed by hand.</summary>
internal sealed class DeadLetterAudit(IResilienceControl control, TimeProvider clock, ILogger logger)
{
    public const string Discard = "discard";
    public const string Edited = "replay edited";
    public const string Begun = "replay";

    /// <summary>What stands in place of it for those who may not look into messages.</summary>
    public const string Hidden = "for those who may look into messages";

    private const int LongestName = 255;

    private static readonly FrozenSet<string> OfContents = FrozenSet.Create(StringComparer.Ordinal, Discard, Edited, Begun);

    /// <summary>What was done: so far as it says which messages were meant, it is for those who may look into them.</summary>
    public static ControlChange WithoutContents(ControlChange change) => OfContents.Contains(change.What) ? change with { Before = Hidden } : change;

    public void Note(string who, string what, string queue, string before, string after, string? reason)
    {
        string name = OneLine.Of(queue, LongestName);
        TryLog(() => control.Record(new(clock.GetUtcNow(), who, what, name, before, after, reason)));
    }

    public void NoteFailure(Exception failure, string id, string queue) =>
        TryLog(() => DeadLetterHttpLog.ReplayFailed(logger, failure, id, OneLine.Of(queue, LongestName)));

    private static void TryLog(Action log)
    {
        try
        {
            log();
        }
        catch (Exception)
        {
            // The history has the entry already, and messages have moved or will move. A failing logger must not make that look like a
            // failure, or keep a queue busy or a replay running.
        }
    }
}
