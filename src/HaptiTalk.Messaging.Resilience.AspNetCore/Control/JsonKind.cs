using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>What a JSON value is, in words.</summary>
internal static class JsonKind
{
    public static string NameOf(JsonValueKind kind) => kind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "an array",
        JsonValueKind.String => "a text",
        JsonValueKind.Number => "a number",
        JsonValueKind.Null => "null",
        _ => "true or false",
    };

    /// <summary>What a type is in JSON.</summary>
    public static JsonValueKind Of(JsonTypeInfo type) => type.Kind switch
    {
        JsonTypeInfoKind.Object or JsonTypeInfoKind.Dictionary => JsonValueKind.Object,
        JsonTypeInfoKind.Enumerable => JsonValueKind.Array,
        _ when type.Type == typeof(string) || type.Type.IsEnum => JsonValueKind.String,
        _ when type.Type == typeof(bool) => JsonValueKind.True,
        _ => JsonValueKind.Number,
    };
}
