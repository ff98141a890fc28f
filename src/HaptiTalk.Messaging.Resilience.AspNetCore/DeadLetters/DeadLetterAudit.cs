namespace HaptiTalk.Messaging.Resilience;

/// <summary>Notes what was done to dead letters beside everything else that was changed by hand.</summary>
internal sealed class DeadLetterAudit(ControlHistory history, TimeProvider clock)
{
    private const int LongestName = 255;

    public void Note(string who, string what, string queue, string before, string after, string? reason)
    {
        string name = OneLine.Of(queue, LongestName);
        history.Keep(new(clock.GetUtcNow(), who, what, name, before, after, reason), name);
    }
}
