using System.Collections.ObjectModel;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>What is in force for a service, and where it comes from.</summary>
/// <param name="Service">The profile's name.</param>
/// <param name="Operation">The operation; null for the service as a whole.</param>
/// <param name="Revision">Counts the settings that have been in force, from 1.</param>
/// <param name="Profile">The settings with every default filled in.</param>
/// <param name="Settings">Each setting with its value and origin, in the order of the documentation.</param>
/// <param name="PendingProblems">What is wrong with a newer configuration that was not applied; empty when the newest one is in force.</param>
public sealed record ProfileDescription(
    string Service,
    string? Operation,
    long Revision,
    ServiceProfile Profile,
    IReadOnlyList<EffectiveSetting> Settings,
    IReadOnlyList<ProfileProblem> PendingProblems)
{
    /// <summary>What single operations have for themselves, by their names; empty where <see cref="Operation"/> names one.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<EffectiveSetting>> Operations { get; init; } = ReadOnlyDictionary<string, IReadOnlyList<EffectiveSetting>>.Empty;

    /// <summary>
    /// The keys of the service's overrides, as <see cref="IResilienceControl.Change"/> takes them: those of a single operation begin with
    /// <c>Operations:</c> and its name.
    /// </summary>
    public IReadOnlyList<string> OverriddenKeys { get; init; } = [];
}

/// <summary>One setting in force.</summary>
/// <param name="Key">For example <c>Retry:MaxRetries</c>.</param>
/// <param name="Value">As it is read: durations as <c>hh:mm:ss</c>; null where it is not set.</param>
/// <param name="Origin">
/// The configuration path it was written at, <c>shipped:…</c> for what the package ships, <c>override:…</c> for a change at run
/// time, or <c>default</c>.
/// </param>
public sealed record EffectiveSetting(string Key, string? Value, string Origin)
{
    internal const string Default = "default";
    internal const string Shipped = "shipped:";

    /// <summary>Somebody has set it, as opposed to what comes with the package.</summary>
    internal bool IsWritten => Origin != Default && !Origin.StartsWith(Shipped, StringComparison.Ordinal);
}
