using System.Text.Json;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>What somebody wants to change, by flat keys, and what is wrong with it.</summary>
internal sealed class SettingsBody
{
    private readonly string _prefix;
    private readonly Dictionary<string, string?> _settings = new(StringComparer.OrdinalIgnoreCase);

    public SettingsBody(JsonElement json, string? operation)
    {
        _prefix = OverrideKeys.PrefixOf(operation);
        foreach (JsonProperty member in json.EnumerateObject())
            Read(member.Name, member.Value);
        if (json.GetPropertyCount() == 0)
            Errors.Add("body", "has no setting. Write for example { \"Retry:MaxRetries\": 1 }.");
    }

    /// <summary>The values, with their keys as the whole service has them.</summary>
    public IReadOnlyDictionary<string, string?> Settings => _settings;

    public FieldErrors Errors { get; } = new();

    /// <summary>Adds what the profiles say against it, each under the key that was written where it is about one.</summary>
    public void Add(InvalidProfilesException invalid, IReadOnlyList<EffectiveSetting> inForce)
    {
        foreach (ProfileProblem problem in invalid.Problems)
        {
            string? key = OverrideKeys.KeyIn(problem.Path) ?? inForce.FirstOrDefault(setting => setting.Origin == problem.Path)?.Key;
            Errors.Add(key?.StartsWith(_prefix, StringComparison.OrdinalIgnoreCase) == true ? key[_prefix.Length..] : problem.Path, problem.Message);
        }
    }

    private void Read(string name, JsonElement value)
    {
        string? text = value.ValueKind switch
        {
            JsonValueKind.String => value.GetString(),
            JsonValueKind.Number => value.GetRawText(),
            _ => null,
        };
        if (OverrideKeys.IsOfOperation(name))
            Errors.Add(name, "names an operation; name it in the address instead, as ?operation=….");
        else if (text is null)
            Errors.Add(name, $"is {JsonKind.NameOf(value.ValueKind)}; a text or a number is expected.{Advice(value.ValueKind)}");
        else if (!OneLine.IsPlain(text))
            Errors.Add(name, OneLine.Rule);
        else if (!_settings.TryAdd(_prefix + name, text))
            Errors.Add(name, RepeatedMembers.Rule);
    }

    private static string Advice(JsonValueKind kind) => kind switch
    {
        JsonValueKind.Object => " Keys are flat: \"Retry:MaxRetries\".",
        JsonValueKind.Array => " Each entry has a key of its own: \"Retry:Handle:0\".",
        JsonValueKind.Null => " To take a change back, send DELETE …/overrides?key=….",
        _ => string.Empty,
    };
}
