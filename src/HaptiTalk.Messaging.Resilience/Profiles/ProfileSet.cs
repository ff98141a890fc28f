using System.Collections.ObjectModel;
using Microsoft.Extensions.Configuration;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>One consistent reading of the whole configuration: every profile, resolved and validated.</summary>
internal sealed class ProfileSet
{
    private static readonly string[] SectionKeys = ["Profiles", "Environments", "Messages"];
    private static readonly string[] RootKeys = ["Service", ShippedProfiles.Key, "Defaults", .. SectionKeys];

    private readonly Dictionary<string, ReadProfile> _profiles = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, ReadProfile> _operations = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, string> _messages = new(StringComparer.OrdinalIgnoreCase);
    private readonly ReadProfile _defaults;
    private readonly ProfileOverrides _overrides;
    private readonly string _section;
    private readonly IReadOnlyList<PolicyDescriptor> _policies;

    private ProfileSet(
        IConfigurationSection root, IReadOnlyList<PolicyDescriptor> policies, string environment, ProfileOverrides overrides, long revision)
    {
        _policies = policies;
        Revision = revision;
        _section = root.Path;
        _overrides = overrides;
        Service = root["Service"];
        var problems = new List<ProfileProblem>();
        var sources = new ProfileSources(root, ShippedProfiles.Load(root, problems), overrides);
        foreach (IConfigurationSection section in root.GetChildren().Where(section => !RootKeys.Contains(section.Key, StringComparer.OrdinalIgnoreCase)))
            problems.Add(new(section.Path, section.Value, UnknownKey.Describe(section.Key, RootKeys)));
        foreach (IConfigurationSection section in SectionKeys.Select(root.GetSection).Where(section => section.Value is { Length: > 0 }))
            problems.Add(new(section.Path, section.Value, "is a section; write its keys below it."));

        // An overlay that is not in force here is in force elsewhere: its mistakes are found now, not there.
        foreach (string other in sources.Environments.Where(other => !string.Equals(other, environment, StringComparison.OrdinalIgnoreCase)))
            ReadAll(root, sources, other, problems);

        _defaults = ReadAll(root, sources, environment, problems);
        ReadMessages(root.GetSection("Messages"), problems);
        if (Service is not null && !_profiles.ContainsKey(Service))
            problems.Add(new($"{root.Path}:Service", Service, NotAProfile()));
        if (problems.Count > 0)
            throw new InvalidProfilesException([.. problems.Distinct()]);
    }

    /// <summary>Counts the sets that have been in force, from 1.</summary>
    public long Revision { get; }

    public string? Service { get; }

    public IReadOnlyCollection<string> Names => _profiles.Keys;

    public IReadOnlyList<string> NamesInOrder => field ??= [.. Names.Order(StringComparer.Ordinal)];

    public static ProfileSet Load(
        IConfigurationSection root, IReadOnlyList<PolicyDescriptor> policies, string environment, ProfileOverrides overrides, long revision) =>
        new(root, policies, environment, overrides, revision);

    /// <summary>Whether it is so for any service or operation.</summary>
    public bool Any(Func<ServiceProfile, bool> isSo) => _profiles.Values.Concat(_operations.Values).Append(_defaults).Any(read => isSo(read.Profile));

    public bool Contains(string name) => _profiles.ContainsKey(name);

    public bool Contains(string name, string operation) => _operations.ContainsKey(Key(name, operation));

    public ProfileModel Get(string name, string? operation)
    {
        ReadProfile found = Find(name, operation);
        return new(name, operation, found.Profile, Revision) { IsNamed = Contains(name), Section = _section, Settings = found.Settings };
    }

    public ProfileDescription Describe(string name, string? operation, IReadOnlyList<ProfileProblem> pendingProblems)
    {
        ReadProfile found = Find(name, operation);
        return new(name, operation, Revision, found.Profile, found.Settings, pendingProblems)
        {
            Operations = operation is null
                ? OperationsOf(name).ToDictionary(own => own, IReadOnlyList<EffectiveSetting> (own) => [.. OwnSettingsOf(name, own)], StringComparer.OrdinalIgnoreCase)
                : ReadOnlyDictionary<string, IReadOnlyList<EffectiveSetting>>.Empty,
            OverriddenKeys = [.. _overrides.KeysOf(name).Order(StringComparer.Ordinal)],
        };
    }

    private IEnumerable<string> OperationsOf(string name)
    {
        string prefix = Key(name, string.Empty);
        return from key in _operations.Keys where key.StartsWith(prefix, StringComparison.OrdinalIgnoreCase) select key[prefix.Length..];
    }

    private IEnumerable<EffectiveSetting> OwnSettingsOf(string name, string operation) =>
        Find(name, operation).Settings.Except(Find(name, operation: null).Settings);

    public IEnumerable<EffectiveSetting> SettingsOf(string name) => Find(name, operation: null).Settings.Concat(
        from operation in OperationsOf(name)
        from own in OwnSettingsOf(name, operation)
        select own with { Key = $"Operations:{operation}:{own.Key}" });

    public string? ProfileOfMessage(Type type)
    {
        (string full, string name) = (TypeNames.FullOf(type), TypeNames.Of(type));
        return _messages.GetValueOrDefault(full)
            ?? _messages.GetValueOrDefault(name)
            ?? _messages.GetValueOrDefault(TypeNames.WithoutArguments(full))
            ?? _messages.GetValueOrDefault(TypeNames.WithoutArguments(name));
    }

    private ReadProfile Find(string name, string? operation) =>
        operation is not null && _operations.TryGetValue(Key(name, operation), out ReadProfile? specific) ? specific
        : _profiles.GetValueOrDefault(name, _defaults);

    private ReadProfile ReadAll(IConfigurationSection root, ProfileSources sources, string environment, List<ProfileProblem> problems)
    {
        foreach (string name in sources.Names)
        {
            string path = $"{root.Path}:Profiles:{name}";
            if (string.IsNullOrWhiteSpace(name))
                problems.Add(new(path, Value: null, "a profile has an empty name."));
            _profiles[name] = Read(sources.For(environment, name), path, problems);
            foreach (string operation in sources.OperationsOf(name))
                _operations[Key(name, operation)] = Read(sources.For(environment, name, operation), $"{path}:Operations:{operation}", problems);
        }

        return Read(sources.Defaults(environment), $"{root.Path}:Defaults", problems);
    }

    private ReadProfile Read(LayeredSettings settings, string path, List<ProfileProblem> problems) =>
        new ProfileReader(_policies, settings, problems).Read(path);

    private void ReadMessages(IConfigurationSection section, List<ProfileProblem> problems)
    {
        foreach (IConfigurationSection message in section.GetChildren())
        {
            if (message.Value is { Length: > 0 } profile && _profiles.ContainsKey(profile))
                _messages[message.Key] = profile;
            else
                problems.Add(new(message.Path, message.Value, NotAProfile()));
        }
    }

    private string NotAProfile() => _profiles.Count == 0
        ? "is not a profile; there is none. Write it below Profiles."
        : $"is not a profile. Profiles: {string.Join(", ", _profiles.Keys)}.";

    private static string Key(string name, string operation) => $"{name}\n{operation}";
}
