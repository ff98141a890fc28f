using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Http;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>A yes or no in the address; not there means no.</summary>
internal static class QueryFlag
{
    public static bool TryRead(string name, string? written, out bool value, [NotNullWhen(false)] out IResult? problem)
    {
        value = false;
        problem = written is null || bool.TryParse(written, out value) ? null : Problems.Invalid(name, $"'{written}' is neither true nor false.");
        return problem is null;
    }
}
