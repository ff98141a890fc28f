using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>Refuses unknown parameters: a misspelt filter would select every message.</summary>
internal static class KnownParameters
{
    public static void Check(IQueryCollection query, IReadOnlyList<string> known, FieldErrors errors)
    {
        foreach (string name in query.Keys)
        {
            if (!known.Contains(name, StringComparer.OrdinalIgnoreCase))
                errors.Add(name, UnknownName.Rule(known));
        }
    }

    public static int Number(string? written, string name, int least, int most, int otherwise, FieldErrors errors)
    {
        if (written is null)
            return otherwise;
        if (int.TryParse(written, CultureInfo.InvariantCulture, out int number) && number >= least && number <= most)
            return number;
        errors.Add(name, string.Create(
            CultureInfo.InvariantCulture, $"'{written}' is not allowed; allowed: whole numbers from {least} to {most}."));
        return otherwise;
    }
}
