using System.Globalization;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>An endpoint of this process that takes no messages, because of what the framework decided.</summary>
/// <param name="Address">Which.</param>
/// <param name="Service">The service whose circuit has paused it.</param>
/// <param name="Operation">The operation whose circuit it is; null where all of the service's share it.</param>
/// <param name="Since">Since when.</param>
public sealed record PausedEndpoint(Uri Address, string Service, string? Operation, DateTimeOffset Since)
{
    /// <summary>How long it had held messages by then.</summary>
    public TimeSpan HoldLimit { get; init; }

    /// <summary>How many others consumed its queue when it stood aside for them; 0 where it is paused for another reason.</summary>
    public int Others { get; init; }

    /// <summary>It could not be stopped or started: nobody knows whether it takes messages.</summary>
    public bool IsStuck { get; init; }

    /// <summary>The same in one word.</summary>
    public PausedEndpointState State => IsStuck ? PausedEndpointState.Stuck : Others > 0 ? PausedEndpointState.Aside : PausedEndpointState.Paused;

    /// <summary>Why, in a sentence for people.</summary>
    public string Reason => State switch
    {
        PausedEndpointState.Stuck => "It could not be stopped or started again. If its queue has no consumer, restart the process.",
        PausedEndpointState.Aside => string.Create(
            CultureInfo.InvariantCulture, $"The circuit of {Circuit} is open, and others consumed its queue: {Others}. It comes back when the circuit admits a probe, or when nobody consumes any longer."),
        _ => $"The circuit of {Circuit} did not close while messages were held for {HoldLimit}. It resumes when the circuit admits a probe.",
    };

    private string Circuit => $"{(Operation is null ? "" : $"'{Operation}' of ")}'{Service}'";
}

/// <summary>How an endpoint takes no messages.</summary>
public enum PausedEndpointState
{
    /// <summary>It had held messages for as long as it may.</summary>
    Paused,

    /// <summary>It leaves the work to others, which consume its queue.</summary>
    Aside,

    /// <summary>It could not be stopped or started: nobody knows whether it takes messages.</summary>
    Stuck,
}
