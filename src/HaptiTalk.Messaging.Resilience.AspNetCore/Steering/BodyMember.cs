using System.Text.Json;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>One member of a JSON object that somebody sent.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Kind">What its value is.</param>
/// <param name="Text">A text, or a number as it was written; null for everything else.</param>
internal readonly record struct BodyMember(string Name, JsonValueKind Kind, string? Text)
{
    public static BodyMember From(JsonProperty member) => new(
        member.Name,
        member.Value.ValueKind,
        member.Value.ValueKind switch
        {
            JsonValueKind.String => member.Value.GetString(),
            JsonValueKind.Number => member.Value.GetRawText(),
            _ => null,
        });

    public static string Describe(JsonValueKind kind) => kind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "an array",
        JsonValueKind.String => "a text",
        JsonValueKind.Number => "a number",
        JsonValueKind.Null => "null",
        _ => "true or false",
    };
}
