using System.Text.Json.Serialization;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>What an operator looks at first: every service at one moment, and what speaks against the newest configuration.</summary>
internal sealed record Overview(
    DateTimeOffset Time,
    string Environment,
    long Revision,
    bool CanSteer,
    IReadOnlyList<ProfileProblem> Problems,
    IReadOnlyList<ServiceRow> Services,
    IReadOnlyList<EndpointRow> PausedEndpoints,
    IReadOnlyList<LostBroker> LostBrokers)
{
    /// <summary>Why whoever asks can change nothing; null where he can.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? SteeringProblem { get; init; }
}

/// <summary>An endpoint that takes no messages.</summary>
internal sealed record EndpointRow(string Endpoint, string Service, string State, DateTimeOffset Since, string Reason)
{
    public static EndpointRow From(PausedEndpoint endpoint) =>
        new(endpoint.Address.ToString(), endpoint.Service, endpoint.State, endpoint.Since, endpoint.Reason);
}
