using System.Text.Json;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>One of several words, in camel case as in every answer, and read in any case.</summary>
internal static class WrittenEnum<T>
    where T : struct, Enum
{
    private static readonly T[] Values = Enum.GetValues<T>();

    public static string NameOf(T value) => JsonNamingPolicy.CamelCase.ConvertName(value.ToString());

    public static string Rule(string written) => $"'{written}' is none of these: {string.Join(", ", Values.Select(NameOf))}.";

    public static bool TryRead(string written, out T value)
    {
        int index = Array.FindIndex(Values, candidate => string.Equals(candidate.ToString(), written, StringComparison.OrdinalIgnoreCase));
        value = index < 0 ? default : Values[index];
        return index >= 0;
    }
}
