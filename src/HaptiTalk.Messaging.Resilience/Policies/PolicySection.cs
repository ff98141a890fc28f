namespace HaptiTalk.Messaging.Resilience;

/// <summary>The section of a profile that has a policy's settings.</summary>
internal sealed record PolicySection
{
    private PolicySection(string key, Type options) => (Key, Options) = (key, options);

    /// <summary>What it is called in the configuration.</summary>
    public string Key { get; }

    /// <summary>What it is read into. Its properties and their ranges are the schema.</summary>
    public Type Options { get; }

    /// <summary><see cref="ServiceProfile"/> has a property for it. The others are found by their type.</summary>
    public bool IsProperty => typeof(ServiceProfile).GetProperty(Key)?.PropertyType == Options;

    public static PolicySection Of<TOptions>(string key)
        where TOptions : class, new() => new(key, typeof(TOptions));
}
