using System.Runtime.CompilerServices;
using Polly;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>Runs work through the policies of its service and reports how it ended.</summary>
internal static class ExecutionRunner
{
    /// <summary>Runs <paramref name="work"/>. Failures come back in outcomes, from it too: to throw one costs more than all else in a run.</summary>
    public static async ValueTask<Outcome<TResult>> RunOutcomeAsync<TResult, TState>(
        Execution execution, Func<TState, Execution, CancellationToken, ValueTask<Outcome<TResult>>> work, TState state)
        where TState : class
    {
        ResilienceContext context = Begin(execution);
        try
        {
            Outcome<TResult> outcome = await OutcomeThroughPoliciesAsync(context, execution, work, state).ConfigureAwait(false);
            Report(execution, outcome.Exception);
            return outcome;
        }
        finally
        {
            End(context, execution);
        }
    }

    /// <summary>The parts of <see cref="RunOutcomeAsync"/>, for a caller that has an asynchronous method of its own around them.</summary>
    public static ResilienceContext Begin(Execution execution)
    {
        execution.Operation.Used();
        execution.State.Telemetry.Traces.Begin(execution);
        ResilienceContext context = ResilienceContextPool.Shared.Get(execution.Operation.Name, continueOnCapturedContext: false, execution.CallerToken);
        context.Properties.Set(Execution.Key, execution);
        return context;
    }

    public static ValueTask<Outcome<TResult>> ThroughPoliciesAsync<TResult, TState>(
        ResilienceContext context, Execution execution, Func<TState, CancellationToken, ValueTask<TResult>> work, TState state)
    {
        // One reference instead of three: every policy copies what it hands on.
        execution.Work = work;
        execution.WorkState = state;
        return execution.State.Pipeline.ExecuteOutcomeAsync(
            static (context, execution) => AttemptAsync(
                execution,
                (Func<TState, CancellationToken, ValueTask<TResult>>)execution.Work!,
                (TState)execution.WorkState!,
                execution.AttemptToken ?? context.CancellationToken),
            context,
            execution);
    }

    /// <summary>The same for work whose failures come back in an outcome.</summary>
    public static ValueTask<Outcome<TResult>> OutcomeThroughPoliciesAsync<TResult, TState>(
        ResilienceContext context, Execution execution, Func<TState, Execution, CancellationToken, ValueTask<Outcome<TResult>>> work, TState state)
        where TState : class
    {
        execution.Work = work;
        execution.WorkState = state;
        return execution.State.Pipeline.ExecuteOutcomeAsync(
            static (context, execution) => AttemptAsync(
                execution,
                (Func<TState, Execution, CancellationToken, ValueTask<Outcome<TResult>>>)execution.Work!,
                (TState)execution.WorkState!,
                execution.AttemptToken ?? context.CancellationToken),
            context,
            execution);
    }

    public static void Report(Execution execution, Exception? failure) =>
        execution.State.Telemetry.Executed(execution, ResultOf(execution, failure), failure);

    public static void End(ResilienceContext context, Execution execution)
    {
        if (execution.Span is not null)
            execution.State.Telemetry.Traces.End(execution);
        ResilienceContextPool.Shared.Return(context);
    }

    private static ValueTask<Outcome<TResult>> AttemptAsync<TResult, TState>(
        Execution execution, Func<TState, CancellationToken, ValueTask<TResult>> work, TState state, CancellationToken cancellationToken)
    {
        BeginAttempt(execution);
        try
        {
            ValueTask<TResult> attempt = work(state, cancellationToken);
            return attempt.IsCompletedSuccessfully ? new(Outcome.FromResult(attempt.Result)) : OutcomeOfAsync(attempt);
        }
        catch (Exception failure)
        {
            return new(Outcome.FromException<TResult>(failure));
        }
    }

    private static ValueTask<Outcome<TResult>> AttemptAsync<TResult, TState>(
        Execution execution,
        Func<TState, Execution, CancellationToken, ValueTask<Outcome<TResult>>> work,
        TState state,
        CancellationToken cancellationToken)
    {
        BeginAttempt(execution);
        try
        {
            ValueTask<Outcome<TResult>> attempt = work(state, execution, cancellationToken);

            // The retry takes what is thrown for an outcome, too; a policy of the host's own inside it may not.
            return execution.State.HasCustomPolicies ? OutcomeOfAsync(attempt) : attempt;
        }
        catch (Exception failure)
        {
            return new(Outcome.FromException<TResult>(failure));
        }
    }

    private static void BeginAttempt(Execution execution)
    {
        execution.Attempts++;
        execution.IsTimedOut = false;
        execution.Instance = null;
        execution.RecordedSpan?.Attempting(execution.Attempts);
    }

    [AsyncMethodBuilder(typeof(RecyclingAsyncMethodBuilder<>))]
    private static async ValueTask<Outcome<TResult>> OutcomeOfAsync<TResult>(ValueTask<TResult> attempt)
    {
        try
        {
            return Outcome.FromResult(await attempt.ConfigureAwait(false));
        }
        catch (Exception failure)
        {
            return Outcome.FromException<TResult>(failure);
        }
    }

    [AsyncMethodBuilder(typeof(RecyclingAsyncMethodBuilder<>))]
    private static async ValueTask<Outcome<TResult>> OutcomeOfAsync<TResult>(ValueTask<Outcome<TResult>> attempt)
    {
        try
        {
            return await attempt.ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            return Outcome.FromException<TResult>(failure);
        }
    }

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
