using System.Runtime.CompilerServices;
using Microsoft.Extensions.ObjectPool;
using Polly;

namespace HaptiTalk.Messaging.Resilience.Transport;

/// <summary>
/// Runs work through the policies of its service, and reports how it ended. It may be kept, and used by many at once;
/// <see cref="TransportResilience.RunnerFor"/> makes one.
/// </summary>
public sealed class ExecutionRunner
{
    private readonly ObjectPool<Execution> _ended;

    internal ExecutionRunner(FailureClassifier classifier, TimeProvider clock) =>
        _ended = new DefaultObjectPool<Execution>(new Unused(classifier, clock), PoolSize.Calls);

    /// <summary>Runs <paramref name="work"/>, and answers as it says.</summary>
    /// <typeparam name="TResult">What an attempt results in.</typeparam>
    /// <typeparam name="TAnswer">What the caller gets.</typeparam>
    /// <typeparam name="TWork">The work's own type.</typeparam>
    /// <param name="plan">What is known of the run.</param>
    /// <param name="work">The work.</param>
    public ValueTask<TAnswer> RunAsync<TResult, TAnswer, TWork>(in ExecutionPlan plan, TWork work)
        where TWork : IWork<TResult, TAnswer>
    {
        Execution execution = _ended.Get();
        execution.Begin(plan);
        return RunAsync<TResult, TAnswer, TWork>(execution, work);
    }

    /// <summary>The same for work that needs no more than its attempts.</summary>
    /// <typeparam name="TResult">What an attempt results in.</typeparam>
    /// <param name="plan">What is known of the run.</param>
    /// <param name="attempt">Tries once. A failure comes back in the outcome, or is thrown.</param>
    public ValueTask<Outcome<TResult>> RunAsync<TResult>(
        in ExecutionPlan plan, Func<Execution, CancellationToken, ValueTask<Outcome<TResult>>> attempt)
    {
        ArgumentNullException.ThrowIfNull(attempt);
        return RunAsync<TResult, Outcome<TResult>, AttemptsOnly<TResult>>(plan, new(attempt));
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
