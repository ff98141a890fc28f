namespace HaptiTalk.Messaging.Resilience;

/// <summary>What messages are grouped by, as it is written: one or several with commas between.</summary>
internal static class Groupings
{
    public static IReadOnlyList<DeadLetterGrouping> Read(string written, string field, FieldErrors errors)
    {
        List<DeadLetterGrouping> groupings = [];
        foreach (string name in written.Split(',', StringSplitOptions.TrimEntries))
        {
            if (EnumText.ProblemOf(typeof(DeadLetterGrouping), name) is { } problem)
                errors.Add(field, problem);
            else
                groupings.Add(Enum.Parse<DeadLetterGrouping>(name, ignoreCase: true));
        }

        return groupings;
    }
}
