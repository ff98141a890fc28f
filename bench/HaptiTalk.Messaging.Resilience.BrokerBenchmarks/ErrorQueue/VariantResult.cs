namespace HaptiTalk.Messaging.Resilience.BrokerBenchmarks.ErrorQueue;

/// <summary>What became of the events.</summary>
/// <param name="Variant">The protection.</param>
/// <param name="InErrorQueue">Copies in the error queue.</param>
/// <param name="Consumed">Events consumed after healing.</param>
/// <param name="Lost">Events neither consumed nor in the error queue.</param>
/// <param name="Waiting">Of those, the ones that are still in the queue.</param>
/// <param name="ConsumedTwice">Events consumed more than once.</param>
/// <param name="Drained">From healing to the last event consumed; null when none was.</param>
/// <param name="FailedRuns">How often the failing consumer ran.</param>
internal sealed record VariantResult(
    string Variant, int InErrorQueue, int Consumed, int Lost, int Waiting, int ConsumedTwice, TimeSpan? Drained, int FailedRuns);
