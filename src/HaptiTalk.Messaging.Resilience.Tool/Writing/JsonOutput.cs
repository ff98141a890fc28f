using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace HaptiTalk.Messaging.Resilience.Tool;

/// <summary>What is written with <c>--json</c>: the library's answers, in ASCII, one document a line.</summary>
internal static class JsonOutput
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
        TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { AddBytes } },
    };

    public static string Of<T>(T value) => JsonSerializer.Serialize(value, Options);

    // Values without a text would be missing.
    private static void AddBytes(JsonTypeInfo type)
    {
        if (type.Type != typeof(DeadLetter))
            return;
        JsonPropertyInfo bytes = type.CreateJsonPropertyInfo(typeof(string), "bodyBase64");
        bytes.Get = static letter => letter is DeadLetter { BodyText: null } binary ? Convert.ToBase64String(binary.Body.Span) : null;
        type.Properties.Add(bytes);
    }
}
