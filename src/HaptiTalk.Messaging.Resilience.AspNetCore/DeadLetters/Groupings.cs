namespace HaptiTalk.Messaging.Resilience;

/// <summary>What messages are grouped by, as it is written: one or several with commas between.</summary>
internal static class Groupings
{
    public static IReadOnlyList<DeadLetterGrouping> Read(string written, string field, FieldErrors errors)
    {
        List<DeadLetterGrouping> groupings = [];
        foreach (string name in written.Split(',', StringSplitOptions.TrimEntries))
        {
            if (WrittenEnum<DeadLetterGrouping>.TryRead(name, out DeadLetterGrouping grouping))
                groupings.Add(grouping);
            else
                errors.Add(field, WrittenEnum<DeadLetterGrouping>.Rule(name));
        }

        return groupings;
    }
}
