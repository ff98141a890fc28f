using System.Runtime.CompilerServices;
using Microsoft.Extensions.ObjectPool;
using Polly;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>Runs work through the policies of its service, and reports how it ended.</summary>
internal sealed class ExecutionRunner(FailureClassifier classifier, TimeProvider clock)
{
    private readonly ObjectPool<Execution> _ended = new DefaultObjectPool<Execution>(new Unused(classifier, clock), PoolSize.Calls);

    /// <summary>Runs <paramref name="work"/>, and answers as it says.</summary>
    public ValueTask<TAnswer> RunAsync<TResult, TAnswer, TWork>(in ExecutionPlan plan, TWork work)
        where TWork : IWork<TResult, TAnswer>
    {
        Execution execution = _ended.Get();
        execution.Begin(plan);
        return RunAsync<TResult, TAnswer, TWork>(execution, work);
    }

    [AsyncMethodBuilder(typeof(RecyclingAsyncMethodBuilder<>))]
    private async ValueTask<TAnswer> RunAsync<TResult, TAnswer, TWork>(Execution execution, TWork work)
        where TWork : IWork<TResult, TAnswer>
    {
        ServiceState state = execution.State;
        execution.Operation.Used();
        state.Telemetry.Traces.Begin(execution);
        ResilienceContext context = ResilienceContextPool.Shared.Get(execution.Operation.Name, continueOnCapturedContext: false, execution.CallerToken);
        context.Properties.Set(Execution.Key, execution);
        Outcome<TResult> outcome;
        try
        {
            outcome = await state.Pipeline.ExecuteOutcomeAsync(static (context, work) => AttemptAsync<TResult, TAnswer, TWork>(context, work), context, work).ConfigureAwait(false);
            if (await work.EndedAsync(execution, outcome).ConfigureAwait(false))
                state.Telemetry.Executed(execution, ResultOf(execution, outcome.Exception), outcome.Exception);
        }
        finally
        {
            state.Telemetry.Traces.End(execution);
            ResilienceContextPool.Shared.Return(context);
        }

        // What failed may go on somewhere; so may a fallback that was given up, and what a policy of the host's own has left running.
        // No pattern: it would copy the whole progress.
        if (outcome.Exception is null && execution.Progress.Straggler is null && execution.Progress.FallbackReason == FallbackReason.None && !state.HasCustomPolicies)
            _ended.Return(execution);
        return work.Answer(outcome);
    }

    private static ValueTask<Outcome<TResult>> AttemptAsync<TResult, TAnswer, TWork>(ResilienceContext context, TWork work)
        where TWork : IWork<TResult, TAnswer>
    {
        Execution execution = Execution.Of(context);
        execution.Attempting();
        try
        {
            ValueTask<Outcome<TResult>> attempt = work.AttemptAsync(execution, execution.Progress.AttemptToken ?? context.CancellationToken);

            // The retry takes what is thrown for an outcome, too; a policy of the host's own inside it may not.
            return execution.State.HasCustomPolicies ? OutcomeOfAsync(attempt) : attempt;
        }
        catch (Exception failure)
        {
            return new(Outcome.FromException<TResult>(failure));
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
            return execution.Progress.FallbackReason == FallbackReason.None && !execution.Progress.IsRemoteFallback
                ? ExecutionResult.Success
                : ExecutionResult.Fallback;
        }

        return execution.Classify(failure) switch
        {
            FailureKind.Rejected => ExecutionResult.Rejected,
            FailureKind.Cancelled => ExecutionResult.Cancelled,
            _ => ExecutionResult.Failure,
        };
    }

    /// <summary>Runs that have ended are used again, so that a call allocates none.</summary>
    private sealed class Unused(FailureClassifier classifier, TimeProvider clock) : PooledObjectPolicy<Execution>
    {
        public override Execution Create() => new(classifier, clock);

        public override bool Return(Execution ended)
        {
            ended.Forget();
            return true;
        }
    }
}
