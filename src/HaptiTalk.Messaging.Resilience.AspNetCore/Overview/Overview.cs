namespace HaptiTalk.Messaging.Resilience;

/// <summary>What an operator looks at first: every service at one moment, and what speaks against the newest configuration.</summary>
/// <param name="Time">Now.</param>
/// <param name="Environment">The host's.</param>
/// <param name="Revision">Counts the settings that have been in force.</param>
/// <param name="CanControl">Whether the caller may make changes.</param>
/// <param name="Problems">What is wrong with a newer configuration.</param>
/// <param name="Services">A row for each circuit.</param>
/// <param name="PausedEndpoints">What takes no messages.</param>
/// <param name="LostBrokers">What no message can be sent to.</param>
/// <param name="ControlProblem">Why the caller can change nothing; null if the caller can.</param>
internal sealed record Overview(
    DateTimeOffset Time,
    string Environment,
    long Revision,
    bool CanControl,
    IReadOnlyList<ProfileProblem> Problems,
    IReadOnlyList<ServiceRow> Services,
    IReadOnlyList<EndpointRow> PausedEndpoints,
    IReadOnlyList<LostBroker> LostBrokers,
    string? ControlProblem);

/// <summary>An endpoint that takes no messages.</summary>
internal sealed record EndpointRow(string Endpoint, string Service, string State, DateTimeOffset Since, string Reason)
{
    public static EndpointRow From(PausedEndpoint endpoint) =>
        new(endpoint.Address.ToString(), endpoint.Service, DocumentedJson.NameOf(endpoint.State), endpoint.Since, endpoint.Reason);
}
