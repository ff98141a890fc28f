using System.Text.Json;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>One of several words, in camel case as in every answer, and read in any case.</summary>
internal static class EnumText
{
    public static string NameOf<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.CamelCase.ConvertName(value.ToString());

    /// <summary>What is wrong with a word for an enum; null if nothing is, and for every other type.</summary>
    public static string? ProblemOf(Type type, string written)
    {
        if (!type.IsEnum)
            return null;
        string[] names = Enum.GetNames(type);
        return names.Contains(written, StringComparer.OrdinalIgnoreCase)
            ? null
            : $"'{written}' is none of these: {string.Join(", ", names.Select(JsonNamingPolicy.CamelCase.ConvertName))}.";
    }
}
