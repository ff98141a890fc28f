using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>Counts, logs and tells what the retry does.</summary>
internal sealed partial class RetryTelemetry(ResilienceTelemetry telemetry)
{
    private static readonly PolicyInstrument Attempts = new("retry_attempts", "Repeats of failed attempts.");
    private static readonly PolicyInstrument Exhausted = new("retry_budget_exhausted", "Repeats not made because too many had been.");

    private readonly Counter<long> _attempts = telemetry.CounterOf(Attempts);
    private readonly Counter<long> _exhausted = telemetry.CounterOf(Exhausted);

    public static IReadOnlyList<PolicyInstrument> Instruments { get; } = [Attempts, Exhausted];

    public void Retrying(Execution execution, int attempt, TimeSpan delay, Exception failure)
    {
        OperationState operation = execution.Operation;
        _attempts.Add(1, [operation.ServiceTag, operation.OperationTag, operation.SideTag, new("attempt_number", attempt)]);
        Retrying(telemetry.Logger, operation.Name, operation.Service, attempt, TypeNames.Of(failure.GetType()));
        execution.RecordedSpan?.Retrying(attempt, delay, failure);
        if (telemetry.Events.Wants<Retrying>())
        {
            telemetry.Events.Raise(new Retrying
            {
                OccurredAt = telemetry.Events.Now,
                Service = operation.Service,
                Side = operation.Side,
                Operation = operation.Name,
                Attempt = attempt,
                Delay = delay,
                Failure = failure,
            });
        }
    }

    public void BudgetExhausted(Execution execution)
    {
        OperationState operation = execution.Operation;
        _exhausted.Add(1, operation.ServiceTag, operation.OperationTag, operation.SideTag);
        execution.RecordedSpan?.RetryBudgetExhausted();
    }

    [LoggerMessage(3, LogLevel.Debug, "'{Operation}' of '{Service}' failed with {Failure}; repeat {Attempt} follows.")]
    private static partial void Retrying(ILogger logger, string operation, string service, int attempt, string? failure);
}
