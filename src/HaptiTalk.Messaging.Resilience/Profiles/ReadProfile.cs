namespace HaptiTalk.Messaging.Resilience;

/// <summary>A profile as it was read: its values, and where each came from.</summary>
internal sealed record ReadProfile(ServiceProfile Profile, IReadOnlyList<EffectiveSetting> Settings);
