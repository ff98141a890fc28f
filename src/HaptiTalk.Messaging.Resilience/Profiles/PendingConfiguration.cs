namespace HaptiTalk.Messaging.Resilience;

/// <summary>A newer configuration that could not be applied.</summary>
/// <param name="Problems">What is wrong with it; empty when the newest one is in force.</param>
/// <param name="Since">When it was refused; null when the newest one is in force.</param>
internal sealed record PendingConfiguration(IReadOnlyList<ProfileProblem> Problems, DateTimeOffset? Since)
{
    public static PendingConfiguration None { get; } = new([], Since: null);
}
