using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>
/// Fills a <see cref="ServiceProfile"/> and the sections of the policies from layered settings. The options' own properties and
/// ranges are the schema, so a new setting is a new property and nothing else.
/// </summary>
internal sealed class ProfileReader(IReadOnlyList<PolicyDescriptor> policies, LayeredSettings settings, ICollection<ProfileProblem> problems)
{
    private const string SectionExpected = "is a section; write its keys below it.";

    private static readonly char[] IndexCharacters = [':', .. "0123456789"];

    private readonly HashSet<string> _known = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<string> _schema = [];
    private readonly List<EffectiveSetting> _effective = [];
    private readonly HashSet<string> _unreadable = new(StringComparer.Ordinal);

    public ReadProfile Read(string defaultPath)
    {
        ExpectSection(string.Empty);
        var profile = (ServiceProfile)ReadSection(typeof(ServiceProfile), string.Empty);
        foreach (PolicyDescriptor policy in policies)
        {
            if (policy.Section is { IsProperty: false } section)
                profile = profile.With(ReadSubsection(section.Options, section.Key));
        }

        ReportUnknown();
        foreach ((string key, string message) in policies.SelectMany(policy => policy.Validate(profile)))
        {
            // Beside a value that cannot be read, what its section makes together would be judged by a value nobody wrote.
            if (_unreadable.Contains(SectionOf(key)))
                continue;

            ConfiguredSetting? written = settings.TryGet(key, out ConfiguredSetting found) ? found : null;
            problems.Add(new(written?.Path ?? $"{defaultPath}:{key}", written?.Value, message));
        }

        return new(profile, _effective);
    }

    private object ReadSection(Type type, string prefix)
    {
        object section = Activator.CreateInstance(type)!;
        foreach (PropertyInfo property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => property.CanWrite))
        {
            string key = prefix + property.Name;
            if (typeof(IReadOnlyDictionary<string, TimeSpan>) == property.PropertyType)
                ReadDurations(section, property, key);
            else if (typeof(IReadOnlyList<string>) == property.PropertyType)
                ReadNames(section, property, key);
            else if (property.PropertyType.IsClass && property.PropertyType != typeof(string))
                property.SetValue(section, ReadSubsection(property.PropertyType, key));
            else
                ReadValue(section, property, key);
        }

        return section;
    }

    private object ReadSubsection(Type type, string key)
    {
        ExpectSection(key);
        return ReadSection(type, key + ":");
    }

    private void ReadValue(object section, PropertyInfo property, string key)
    {
        _schema.Add(key);
        string origin = EffectiveSetting.Default;
        if (settings.TryGet(key, out ConfiguredSetting written))
        {
            _known.Add(key);
            origin = written.Path;
            if (Parse(key, written, property.PropertyType, property) is { } value)
                property.SetValue(section, value);
        }

        _effective.Add(new(key, TextOf(property.GetValue(section)), origin));
    }

    private static string? TextOf(object? value) => value switch
    {
        // Convert.ToString makes an empty text of it.
        null => null,
        bool flag => flag ? "true" : "false",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture),
    };

    private void ReadDurations(object section, PropertyInfo property, string key)
    {
        var durations = new Dictionary<string, TimeSpan>(StringComparer.OrdinalIgnoreCase);
        foreach ((string name, ConfiguredSetting written) in EntriesOf(key))
        {
            if (Parse(key, written, typeof(TimeSpan), property) is TimeSpan duration)
                durations[name[(key.Length + 1)..]] = duration;
        }

        property.SetValue(section, durations);
    }

    private void ReadNames(object section, PropertyInfo property, string key)
    {
        var names = new List<string>();
        foreach ((_, ConfiguredSetting written) in EntriesOf(key))
        {
            if (string.IsNullOrWhiteSpace(written.Value))
                problems.Add(new(written.Path, written.Value, "is empty; write an exception's type name, for example TimeoutException."));
            else
                names.Add(written.Value);
        }

        if (names.Count > 0)
            property.SetValue(section, names);
    }

    private KeyValuePair<string, ConfiguredSetting>[] EntriesOf(string key)
    {
        _schema.Add(key);
        ExpectSection(key);
        KeyValuePair<string, ConfiguredSetting>[] entries = [.. settings.Below(key).OrderBy(entry => entry.Key, StringComparer.OrdinalIgnoreCase)];
        foreach ((string name, ConfiguredSetting written) in entries)
        {
            _known.Add(name);
            _effective.Add(new(name, written.Value, written.Path));
        }

        return entries;
    }

    private object? Parse(string key, ConfiguredSetting written, Type type, PropertyInfo property)
    {
        if (SettingParser.TryParse(written.Value, type, property.GetCustomAttribute<RangeAttribute>(), out object? value, out string problem))
            return value;

        problems.Add(new(written.Path, written.Value, problem));
        _unreadable.Add(SectionOf(key));
        return null;
    }

    private static string SectionOf(string key) => key.Split(':')[0];

    // An empty list or object in JSON arrives as an empty value, which says nothing wrong.
    private void ExpectSection(string key)
    {
        if (!settings.TryGet(key, out ConfiguredSetting scalar))
            return;

        _known.Add(key);
        if (scalar.Value.Length > 0)
            problems.Add(new(scalar.Path, scalar.Value, SectionExpected));
    }

    private void ReportUnknown()
    {
        foreach ((string key, ConfiguredSetting written) in settings.All)
        {
            if (!_known.Contains(key))
                problems.Add(new(written.Path, written.Value, UnknownKey.Describe(key.TrimEnd(IndexCharacters), _schema)));
        }
    }
}
