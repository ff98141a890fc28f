using System.Collections.Concurrent;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>The endpoints of this process that take no messages, because of what the framework decided.</summary>
internal sealed class PausedEndpoints(TimeProvider clock)
{
    private readonly ConcurrentDictionary<Uri, PausedEndpoint> _endpoints = new();

    public IReadOnlyList<PausedEndpoint> All => [.. _endpoints.Values.OrderBy(endpoint => endpoint.Address.ToString(), StringComparer.Ordinal)];

    public void Pause(Uri address, Circuit circuit, TimeSpan holdLimit) =>
        _endpoints[address] = new(address, circuit.Service, circuit.Operation, clock.GetUtcNow()) { HoldLimit = holdLimit };

    /// <summary>Others do its work.</summary>
    public void StandAside(Uri address, Circuit circuit, int others) =>
        _endpoints[address] = new(address, circuit.Service, circuit.Operation, clock.GetUtcNow()) { Others = others };

    /// <summary>It could not be stopped or started: nobody knows whether it takes messages.</summary>
    public void Stick(Uri address)
    {
        if (_endpoints.TryGetValue(address, out PausedEndpoint? paused))
            _endpoints[address] = paused with { IsStuck = true };
    }

    /// <summary>It takes messages, however that came about.</summary>
    public void Resume(Uri address) => _endpoints.TryRemove(address, out _);
}
