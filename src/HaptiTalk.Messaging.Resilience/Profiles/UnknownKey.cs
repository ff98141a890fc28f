namespace HaptiTalk.Messaging.Resilience;

/// <summary>Says what was probably meant by a key that does not exist.</summary>
internal static class UnknownKey
{
    public static string Describe(string key, IReadOnlyCollection<string> known)
    {
        string? nearest = known.MinBy(candidate => Distance(key, candidate));
        return nearest is not null && Distance(key, nearest) <= Math.Max(3, nearest.Length / 3)
            ? $"is not a known setting. Did you mean '{nearest}'?"
            : $"is not a known setting. Known here: {string.Join(", ", known)}.";
    }

    // Levenshtein's distance, ignoring case as configuration does.
    private static int Distance(string left, string right)
    {
        int[] row = [.. Enumerable.Range(0, right.Length + 1)];
        for (int i = 1; i <= left.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= right.Length; j++)
            {
                int substitution = diagonal + (char.ToUpperInvariant(left[i - 1]) == char.ToUpperInvariant(right[j - 1]) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(substitution, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[^1];
    }
}
