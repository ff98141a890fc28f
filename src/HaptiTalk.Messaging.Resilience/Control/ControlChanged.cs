namespace HaptiTalk.Messaging.Resilience;

/// <summary>Somebody changed something by hand.</summary>
public sealed record ControlChanged : ResilienceEvent
{
    /// <summary>Who, what, before and after.</summary>
    public required ControlChange Change { get; init; }
}
