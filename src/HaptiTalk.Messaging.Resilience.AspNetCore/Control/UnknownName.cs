namespace HaptiTalk.Messaging.Resilience;

/// <summary>What somebody is told who misspells a name: it could mean more than was meant.</summary>
internal static class UnknownName
{
    public static string Rule(IEnumerable<string> known) => $"is not known here. Known: {string.Join(", ", known.Order(StringComparer.Ordinal))}.";
}
