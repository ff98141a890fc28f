using System.Collections.Concurrent;
using System.Globalization;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>The endpoints of this process that take no messages, because of what the framework decided.</summary>
internal sealed class PausedEndpoints(TimeProvider clock)
{
    private readonly ConcurrentDictionary<Uri, PausedEndpoint> _endpoints = new();

    public IReadOnlyList<PausedEndpoint> All => [.. _endpoints.Values.OrderBy(endpoint => endpoint.Address.ToString(), StringComparer.Ordinal)];

    public void Pause(Uri address, Circuit circuit, TimeSpan holdLimit) =>
        _endpoints[address] = new(address, circuit.Service, circuit.Operation, clock.GetUtcNow(), holdLimit, Others: 0, IsStuck: false);

    /// <summary>Others do its work.</summary>
    public void StandAside(Uri address, Circuit circuit, int others) =>
        _endpoints[address] = new(address, circuit.Service, circuit.Operation, clock.GetUtcNow(), TimeSpan.Zero, others, IsStuck: false);

    /// <summary>It could not be stopped or started: nobody knows whether it takes messages.</summary>
    public void Stick(Uri address)
    {
        if (_endpoints.TryGetValue(address, out PausedEndpoint? paused))
            _endpoints[address] = paused with { IsStuck = true };
    }

    /// <summary>It takes messages, however that came about.</summary>
    public void Resume(Uri address) => _endpoints.TryRemove(address, out _);
}

/// <summary>An endpoint that takes no messages.</summary>
/// <param name="Address">Which.</param>
/// <param name="Service">The service whose circuit has paused it.</param>
/// <param name="Operation">The operation whose circuit it is; null where all of the service's share it.</param>
/// <param name="Since">Since when.</param>
/// <param name="HoldLimit">How long it had held messages by then.</param>
/// <param name="Others">How many others consumed its queue when it stood aside for them; 0 where it is paused for another reason.</param>
/// <param name="IsStuck">It could not be stopped or started.</param>
internal sealed record PausedEndpoint(Uri Address, string Service, string? Operation, DateTimeOffset Since, TimeSpan HoldLimit, int Others, bool IsStuck)
{
    /// <summary>What it is, as the web shows states.</summary>
    public string State => IsStuck ? "STUCK" : Others > 0 ? "ASIDE" : "PAUSED";

    /// <summary>Why, in words.</summary>
    public string Reason => this switch
    {
        { IsStuck: true } => "It could not be stopped or started again. If its queue has no consumer, restart the process.",
        { Others: > 0 } => string.Create(
            CultureInfo.InvariantCulture, $"The circuit of {Circuit} is open, and others consumed its queue: {Others}. It comes back when the circuit admits a probe, or when nobody consumes any longer."),
        _ => $"The circuit of {Circuit} did not close while messages were held for {HoldLimit}. It resumes when the circuit admits a probe.",
    };

    private string Circuit => $"{(Operation is null ? "" : $"'{Operation}' of ")}'{Service}'";
}
