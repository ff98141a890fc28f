using System.Globalization;
using System.Text.Json;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>Takes a JSON object apart, member by member, and notes all that is wrong with it by the member's path.</summary>
internal sealed class BodyFields(JsonElement json, FieldErrors errors, string path = "")
{
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);

    public FieldErrors Errors => errors;

    public string PathOf(string name) => path.Length == 0 ? name : $"{path}.{name}";

    public void Refuse(string name, string problem) => errors.Add(PathOf(name), problem);

    public bool Has(string name)
    {
        _known.Add(name);
        return json.TryGetProperty(name, out JsonElement value) && value.ValueKind != JsonValueKind.Null;
    }

    public string? Text(string name) => TryTake(name, "a text", JsonValueKind.String, out JsonElement value) ? value.GetString() : null;

    public bool Flag(string name)
    {
        if (!Has(name))
            return false;
        JsonElement value = json.GetProperty(name);
        if (value.ValueKind is not (JsonValueKind.True or JsonValueKind.False))
            Refuse(name, $"is {BodyMember.Describe(value.ValueKind)}; true or false is expected.");
        return value.ValueKind == JsonValueKind.True;
    }

    public long? Whole(string name, long least, long most)
    {
        if (!TryTake(name, "a number", JsonValueKind.Number, out JsonElement value))
            return null;
        if (value.TryGetInt64(out long number) && number >= least && number <= most)
            return number;
        Refuse(name, string.Create(CultureInfo.InvariantCulture, $"is {value.GetRawText()}; allowed: whole numbers from {least} to {most}."));
        return null;
    }

    public double? Number(string name, double least, double most)
    {
        if (!TryTake(name, "a number", JsonValueKind.Number, out JsonElement value))
            return null;
        if (value.TryGetDouble(out double number) && number >= least && number <= most)
            return number;
        Refuse(name, string.Create(CultureInfo.InvariantCulture, $"is {value.GetRawText()}; allowed: {least} to {most}."));
        return null;
    }

    public T Choice<T>(string name, T otherwise)
        where T : struct, Enum
    {
        if (Text(name) is not { } written)
            return otherwise;
        if (WrittenEnum<T>.TryRead(written, out T value))
            return value;
        Refuse(name, WrittenEnum<T>.Rule(written));
        return otherwise;
    }

    public IReadOnlyList<string> Texts(string name) => Items(name, JsonValueKind.String, "a text", static item => item.GetString()!);

    public IReadOnlyList<int> Wholes(string name, int least) => Items(name, JsonValueKind.Number, "a number", item =>
    {
        if (item.TryGetInt32(out int number) && number >= least)
            return number;
        Refuse(name, string.Create(CultureInfo.InvariantCulture, $"has {item.GetRawText()} in it; allowed: whole numbers from {least} to {int.MaxValue}."));
        return least;
    });

    /// <summary>An object inside; null where there is none.</summary>
    public BodyFields? Inner(string name) =>
        TryTake(name, "an object", JsonValueKind.Object, out JsonElement value) ? new(value, errors, PathOf(name)) : null;

    /// <summary>Whatever stands there; null where nothing does.</summary>
    public JsonElement? Any(string name) => Has(name) ? json.GetProperty(name) : null;

    public IEnumerable<(string Name, JsonElement Value)> All() => json.EnumerateObject().Select(static member => (member.Name, member.Value));

    /// <summary>Everything that was not asked for is wrong: what is misspelt would mean more than was meant.</summary>
    public void RefuseOthers()
    {
        foreach (JsonProperty member in json.EnumerateObject())
        {
            if (!_known.Contains(member.Name))
                Refuse(member.Name, $"is not known here. Known: {string.Join(", ", _known.Order(StringComparer.Ordinal))}.");
        }
    }

    private T[] Items<T>(string name, JsonValueKind kind, string expected, Func<JsonElement, T> take)
    {
        if (!TryTake(name, "an array", JsonValueKind.Array, out JsonElement value))
            return [];
        if (value.EnumerateArray().FirstOrDefault(item => item.ValueKind != kind) is { ValueKind: not JsonValueKind.Undefined } other)
        {
            Refuse(name, $"has {BodyMember.Describe(other.ValueKind)} in it; {expected} is expected.");
            return [];
        }

        return [.. value.EnumerateArray().Select(take)];
    }

    private bool TryTake(string name, string expected, JsonValueKind kind, out JsonElement value)
    {
        value = default;
        if (!Has(name))
            return false;
        value = json.GetProperty(name);
        if (value.ValueKind == kind)
            return true;
        Refuse(name, $"is {BodyMember.Describe(value.ValueKind)}; {expected} is expected.");
        return false;
    }
}
