using System.Diagnostics.Metrics;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>What is read from the live state whenever it is collected, beside the gauges of the policies.</summary>
internal static class StateGauges
{
    public static void Create(Meter meter, ServiceStates states, ProfileCatalog catalog, PausedEndpoints endpoints)
    {
        meter.CreateObservableGauge(
            "profile_reload_failed",
            () => catalog.Pending.Problems.Count > 0 ? 1 : 0,
            description: "1 while a changed configuration is invalid and the last good one stays in force, else 0.");
        meter.CreateObservableGauge(
            "held_messages",
            () => states.ShownOperations.Where(operation => operation.Side == ResilienceSide.Consumer).Select(operation => Measure(operation.HeldMessages, operation)),
            description: "Events and commands held because the circuit is open, or what their consumer calls was refused.");
        meter.CreateObservableGauge(
            "paused_endpoints",
            () => endpoints.All.Select(static endpoint => new Measurement<int>(
                1, [new("service", endpoint.Service), new("endpoint", endpoint.Address.Segments[^1]), new("state", endpoint.State.ToString().ToLowerInvariant())])),
            description: "1 for each endpoint that takes no messages: paused, aside for other instances, or stuck.");
    }

    /// <summary>A value of each operation that is shown.</summary>
    public static IEnumerable<Measurement<int>> OfEach(ServiceStates states, Func<OperationState, int> read) =>
        states.ShownOperations.Select(operation => Measure(read(operation), operation));

    /// <summary>The state of a circuit that has not run. Nobody knows which operations there will be.</summary>
    public static Measurement<int> OfUnused(ServiceSnapshot unused) => new(
        (int)unused.CircuitState,
        new("service", unused.Service),
        new("operation", unused.Operation ?? "all"),
        new KeyValuePair<string, object?>("side", SideName.Of(unused.Side)));

    private static Measurement<int> Measure(int value, OperationState operation) =>
        new(value, operation.ServiceTag, operation.OperationTag, operation.SideTag);
}
