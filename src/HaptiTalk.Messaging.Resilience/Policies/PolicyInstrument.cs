using System.Diagnostics.Metrics;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>What a policy reports on the meter: a counter, or a gauge.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Description">What it counts or shows.</param>
internal sealed record PolicyInstrument(string Name, string Description)
{
    /// <summary>Reads a gauge from the live state; null for a counter, on which the policy counts.</summary>
    public Func<ServiceStates, IEnumerable<Measurement<int>>>? Read { get; init; }
}
