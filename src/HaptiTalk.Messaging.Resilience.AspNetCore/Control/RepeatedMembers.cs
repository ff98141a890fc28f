using System.Globalization;
using System.Text.Json;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>Finds members that are in an object more than once. Which one is meant is unclear.</summary>
internal sealed class RepeatedMembers
{
    public const string Rule = "is there more than once.";

    private readonly List<string> _path = [];

    private RepeatedMembers()
    {
    }

    public FieldErrors Errors { get; } = new();

    public static FieldErrors In(JsonElement json)
    {
        var found = new RepeatedMembers();
        found.Search(json);
        return found.Errors;
    }

    private void Search(JsonElement json)
    {
        if (json.ValueKind == JsonValueKind.Object)
        {
            HashSet<string> names = new(StringComparer.Ordinal);
            foreach (JsonProperty member in json.EnumerateObject())
                Search(_path.Count == 0 ? member.Name : $".{member.Name}", member.Value, isRepeated: !names.Add(member.Name));
        }
        else if (json.ValueKind == JsonValueKind.Array)
        {
            int index = 0;
            foreach (JsonElement item in json.EnumerateArray())
                Search(string.Create(CultureInfo.InvariantCulture, $"[{index++}]"), item, isRepeated: false);
        }
    }

    private void Search(string step, JsonElement json, bool isRepeated)
    {
        _path.Add(step);
        if (isRepeated)
            Errors.Add(string.Concat(_path), Rule);
        Search(json);
        _path.RemoveAt(_path.Count - 1);
    }
}
