using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>
/// Reads a JSON object into a plain record, member by member, and notes each problem under the member's path. The serializer alone
/// would stop at the first problem.
/// </summary>
internal sealed class BodyReader(FieldErrors errors)
{
    private static readonly JsonSerializerOptions Options = Create();

    public static T Read<T>(JsonElement json, FieldErrors errors) => (T)new BodyReader(errors).ReadObject(json, Options.GetTypeInfo(typeof(T)), string.Empty);

    /// <summary>The members of a record, as JSON names them.</summary>
    public static IReadOnlyList<string> NamesOf(Type type) => [.. Options.GetTypeInfo(type).Properties.Select(static property => property.Name)];

    private object ReadObject(JsonElement json, JsonTypeInfo type, string path)
    {
        object body = type.CreateObject!();
        foreach (JsonProperty member in json.EnumerateObject())
        {
            JsonPropertyInfo? property = type.Properties.FirstOrDefault(known => known.Name == member.Name);
            if (property is null)
                errors.Add(path + member.Name, UnknownName.Rule(NamesOf(type.Type)));
            else if (member.Value.ValueKind != JsonValueKind.Null && ReadValue(member.Value, property, path + member.Name) is { } value)
                property.Set!(body, value);
        }

        foreach (JsonPropertyInfo missing in type.Properties.Where(property => property.IsRequired && !json.TryGetProperty(property.Name, out _)))
            errors.Add(path + missing.Name, $"is not there; {AllowedBy(RangeOf(missing))}.");
        return body;
    }

    private object? ReadValue(JsonElement value, JsonPropertyInfo property, string path)
    {
        JsonTypeInfo type = Options.GetTypeInfo(Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType);
        RangeAttribute? range = RangeOf(property);
        if (ProblemOf(value, type, range, "is {0}") is { } problem)
            errors.Add(path, problem);
        else if (type.Kind == JsonTypeInfoKind.Object)
            return ReadObject(value, type, $"{path}.");
        else if (type.Kind == JsonTypeInfoKind.Enumerable && ItemProblemOf(value, Options.GetTypeInfo(type.ElementType!), range) is { } wrong)
            errors.Add(path, wrong);
        else if (type.Kind != JsonTypeInfoKind.Dictionary || AreTexts(value, path))
            return value.Deserialize(type);
        return null;
    }

    private static string? ItemProblemOf(JsonElement array, JsonTypeInfo type, RangeAttribute? range) =>
        array.EnumerateArray().Select(item => ProblemOf(item, type, range, "has {0} in it")).FirstOrDefault(static problem => problem is not null);

    private bool AreTexts(JsonElement value, string path)
    {
        bool areTexts = true;
        foreach (JsonProperty entry in value.EnumerateObject().Where(static entry => entry.Value.ValueKind != JsonValueKind.Null))
        {
            if (entry.Value.ValueKind == JsonValueKind.String && entry.Value.GetString() is not null)
                continue;
            areTexts = false;
            errors.Add($"{path}.{entry.Name}", $"is {JsonKind.NameOf(entry.Value.ValueKind)}; a text is expected, or null.");
        }

        return areTexts;
    }

    private static string? ProblemOf(JsonElement value, JsonTypeInfo type, RangeAttribute? range, string sentence)
    {
        if (type.Type == typeof(JsonElement))
            return null;
        string expected = JsonKind.NameOf(JsonKind.Of(type));
        if (JsonKind.NameOf(value.ValueKind) is var found && found != expected)
            return $"{Say(found)}; {expected} is expected.";
        return value.ValueKind switch
        {
            // Half a surrogate pair is a JSON text and cannot be read: that throws here.
            JsonValueKind.String => EnumText.ProblemOf(type.Type, value.GetString()!),
            JsonValueKind.Number when !Fits(value, type, range) => $"{Say(value.GetRawText())}; {AllowedBy(range)}.",
            _ => null,
        };

        string Say(string what) => string.Format(CultureInfo.InvariantCulture, sentence, what);
    }

    private static bool Fits(JsonElement number, JsonTypeInfo type, RangeAttribute? range)
    {
        try
        {
            return range?.IsValid(number.Deserialize(type)) == true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static RangeAttribute? RangeOf(JsonPropertyInfo property) =>
        property.AttributeProvider?.GetCustomAttributes(typeof(RangeAttribute), inherit: false).OfType<RangeAttribute>().FirstOrDefault();

    private static string AllowedBy(RangeAttribute? range) => string.Create(
        CultureInfo.InvariantCulture, $"allowed: {(range?.OperandType == typeof(double) ? "" : "whole numbers from ")}{range?.Minimum} to {range?.Maximum}");

    private static JsonSerializerOptions Create()
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Web)
        {
            NumberHandling = JsonNumberHandling.Strict,
            Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false) },
        };
        options.MakeReadOnly(populateMissingResolver: true);
        return options;
    }
}
