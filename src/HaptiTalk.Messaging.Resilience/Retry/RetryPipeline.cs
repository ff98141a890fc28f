using Polly;
using Polly.Retry;

namespace HaptiTalk.Messaging.Resilience;

internal static class RetryPipeline
{
    /// <summary>Polly's retry, with the number of repeats and the wait decided by the run's own settings.</summary>
    public static ResiliencePipelineBuilder AddRetry(this ResiliencePipelineBuilder builder, ServiceState state) => builder
        .AddRetry(new RetryStrategyOptions
        {
            Name = "Retry",
            MaxRetryAttempts = int.MaxValue,
            ShouldHandle = static arguments => new(
                arguments.Outcome.Exception is { } failure
                && RetryDecision.ShouldRetry(Execution.Of(arguments.Context), failure, arguments.AttemptNumber)),
            DelayGenerator = static arguments => new(Execution.Of(arguments.Context).RetryDelay),
            OnRetry = arguments =>
            {
                Execution execution = Execution.Of(arguments.Context);
                state.Telemetry.Retrying(execution.Operation, arguments.AttemptNumber + 1, execution.RetryDelay, arguments.Outcome.Exception!);
                return default;
            },
        });
}
