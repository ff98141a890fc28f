using System.Text.Json.Serialization;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>What an operator looks at first: every service at one moment, and what speaks against the newest configuration.</summary>
internal sealed record Overview(
    DateTimeOffset Time,
    string Environment,
    long Revision,
    bool CanSteer,
    IReadOnlyList<ProfileProblem> Problems,
    IReadOnlyList<ServiceRow> Services)
{
    /// <summary>Why whoever asks can change nothing; null where he can.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? SteeringProblem { get; init; }
}
