using Microsoft.Extensions.Configuration;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>One consistent reading of the whole configuration: every profile, resolved and validated.</summary>
internal sealed class ProfileSet
{
    private static readonly string[] RootKeys = ["Service", "Defaults", "Profiles", "Environments", "Messages"];

    private readonly Dictionary<string, ServiceProfile> _profiles = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, ServiceProfile> _operations = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, string> _messages = new(StringComparer.OrdinalIgnoreCase);
    private readonly ServiceProfile _defaults;
    private readonly long _revision;

    private ProfileSet(IConfigurationSection root, string environment, long revision)
    {
        _revision = revision;
        Service = root["Service"];
        var problems = new List<ProfileProblem>();
        var sources = new ProfileSources(root, ShippedProfiles.Load(), environment);

        foreach (IConfigurationSection section in root.GetChildren().Where(section => !RootKeys.Contains(section.Key, StringComparer.OrdinalIgnoreCase)))
            problems.Add(new(section.Path, section.Value, UnknownKey.Describe(section.Key, RootKeys)));

        _defaults = Read(sources.Defaults(), $"{root.Path}:Defaults", problems);
        foreach (string name in sources.Names)
        {
            if (string.IsNullOrWhiteSpace(name))
                problems.Add(new($"{root.Path}:Profiles", name, "a profile has an empty name."));
            _profiles[name] = Read(sources.For(name), $"{root.Path}:Profiles:{name}", problems);
            foreach (string operation in sources.OperationsOf(name))
                _operations[Key(name, operation)] = Read(sources.For(name, operation), $"{root.Path}:Profiles:{name}:Operations:{operation}", problems);
        }

        // An overlay that is not in force now will be in another environment: its mistakes are found here, not there.
        foreach (IConfigurationSection overlay in root.GetSection("Environments").GetChildren())
            Read(new LayeredSettings().Over(overlay), overlay.Path, problems);

        ReadMessages(root.GetSection("Messages"), problems);
        if (problems.Count > 0)
            throw new InvalidProfilesException([.. problems.Distinct()]);
    }

    public string? Service { get; }

    public IReadOnlyCollection<string> Names => _profiles.Keys;

    public static ProfileSet Load(IConfigurationSection root, string environment, long revision) => new(root, environment, revision);

    public bool Contains(string name) => _profiles.ContainsKey(name);

    public ProfileModel Get(string name, string? operation) => new(name, operation, Find(name, operation), _revision);

    public string? ProfileOfMessage(Type type) =>
        _messages.GetValueOrDefault(type.FullName ?? type.Name) ?? _messages.GetValueOrDefault(type.Name);

    private ServiceProfile Find(string name, string? operation) =>
        operation is not null && _operations.TryGetValue(Key(name, operation), out ServiceProfile? specific) ? specific
        : _profiles.GetValueOrDefault(name, _defaults);

    private static ServiceProfile Read(LayeredSettings settings, string path, List<ProfileProblem> problems) =>
        new ProfileReader(settings, problems).Read(path);

    private void ReadMessages(IConfigurationSection section, List<ProfileProblem> problems)
    {
        foreach (IConfigurationSection message in section.GetChildren())
        {
            if (message.Value is { Length: > 0 } profile && _profiles.ContainsKey(profile))
                _messages[message.Key] = profile;
            else
                problems.Add(new(message.Path, message.Value, $"is not a profile. Profiles: {string.Join(", ", _profiles.Keys)}."));
        }
    }

    private static string Key(string name, string operation) => $"{name}\n{operation}";
}
