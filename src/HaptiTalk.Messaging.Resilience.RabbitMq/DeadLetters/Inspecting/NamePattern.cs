namespace HaptiTalk.Messaging.Resilience;

/// <summary>A name as an operator writes it: without regard to case, with <c>*</c> for any text, a type also without its namespace.</summary>
internal static class NamePattern
{
    public static bool Fits(string pattern, string? name)
    {
        if (name is null)
            return false;
        if (FitsWhole(pattern, name))
            return true;
        int lastPart = name.LastIndexOfAny(['.', '+']) + 1;
        return lastPart > 0 && FitsWhole(pattern, name.AsSpan(lastPart));
    }

    public static bool FitsWhole(ReadOnlySpan<char> pattern, ReadOnlySpan<char> name)
    {
        int star = pattern.IndexOf('*');
        if (star < 0)
            return pattern.Equals(name, StringComparison.OrdinalIgnoreCase);
        if (!name.StartsWith(pattern[..star], StringComparison.OrdinalIgnoreCase))
            return false;
        name = name[star..];
        pattern = pattern[(star + 1)..];
        while (true)
        {
            star = pattern.IndexOf('*');
            if (star < 0)
                return name.EndsWith(pattern, StringComparison.OrdinalIgnoreCase);
            int found = name.IndexOf(pattern[..star], StringComparison.OrdinalIgnoreCase);
            if (found < 0)
                return false;
            name = name[(found + star)..];
            pattern = pattern[(star + 1)..];
        }
    }
}
