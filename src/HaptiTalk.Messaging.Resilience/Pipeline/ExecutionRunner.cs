using Polly;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>Runs work through the policies of its service and reports how it ended.</summary>
internal static class ExecutionRunner
{
    /// <summary>Runs <paramref name="work"/>; failures come back in the outcome and are not thrown.</summary>
    public static async ValueTask<Outcome<TResult>> RunAsync<TResult, TState>(
        Execution execution, Func<TState, Execution, CancellationToken, ValueTask<TResult>> work, TState state)
    {
        OperationState operation = execution.Operation;
        ResilienceContext context = ResilienceContextPool.Shared.Get(operation.Name, continueOnCapturedContext: false, execution.CallerToken);
        context.Properties.Set(Execution.Key, execution);
        try
        {
            Outcome<TResult> outcome = await operation.State.Pipeline.ExecuteOutcomeAsync(
                static (context, run) => AttemptAsync(context, run.work, run.state), context, (work, state)).ConfigureAwait(false);
            if (!IsPutOff(execution))
                operation.State.Telemetry.Executed(operation, ResultOf(execution, outcome.Exception), execution.Elapsed);
            return outcome;
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    private static async ValueTask<Outcome<TResult>> AttemptAsync<TResult, TState>(
        ResilienceContext context, Func<TState, Execution, CancellationToken, ValueTask<TResult>> work, TState state)
    {
        Execution execution = Execution.Of(context);
        execution.Attempts++;
        execution.IsTimedOut = false;
        try
        {
            return Outcome.FromResult(await work(state, execution, context.CancellationToken).ConfigureAwait(false));
        }
        catch (Exception failure)
        {
            return Outcome.FromException<TResult>(failure);
        }
    }

    // Work that nobody waits for is not over when the breaker refuses it: it is held and comes again.
    private static bool IsPutOff(Execution execution) => execution is { Patience: Patience.Unlimited, Rejection: not null };

    private static ExecutionResult ResultOf(Execution execution, Exception? failure)
    {
        if (failure is null)
        {
            return execution.FallbackReason != FallbackReason.None || execution.IsRemoteFallback
                ? ExecutionResult.Fallback
                : ExecutionResult.Success;
        }

        return execution.Classify(failure) switch
        {
            FailureKind.Rejected => ExecutionResult.Rejected,
            FailureKind.Cancelled => ExecutionResult.Cancelled,
            _ => ExecutionResult.Failure,
        };
    }
}
