namespace HaptiTalk.Messaging.Resilience;

/// <summary>
/// Bounds the operations whose names code makes up: each has state and labels of its own for as long as the process runs, so
/// names made of ids would fill the memory here and in whatever collects the metrics. Message types are bounded by themselves.
/// </summary>
/// <remarks>To be used under the lock under which operations are made.</remarks>
internal sealed class OperationLimit(ProfileCatalog catalog, ResilienceTelemetry telemetry)
{
    /// <summary>What all further operations of a service are called together.</summary>
    public const string Other = "other";

    public const int MostPerService = 100;

    private readonly Dictionary<string, int> _made = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> _reported = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The name under which an operation that is not known yet runs: its own, or <see cref="Other"/>.</summary>
    public string Admit(ResilienceSide side, string service, string operation)
    {
        if (side != ResilienceSide.Local || _made.GetValueOrDefault(service) < MostPerService || catalog.HasSettingsFor(service, operation))
            return operation;

        if (_reported.Add(service))
            telemetry.TooManyOperations(service, MostPerService, operation, Other);
        return Other;
    }

    public void Made(ResilienceSide side, string service)
    {
        if (side == ResilienceSide.Local)
            _made[service] = _made.GetValueOrDefault(service) + 1;
    }
}
