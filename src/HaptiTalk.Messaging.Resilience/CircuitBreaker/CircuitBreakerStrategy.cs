using System.Runtime.CompilerServices;
using Polly;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>Refuses while the circuit is open, and tells the breaker how each admitted run ended.</summary>
internal sealed class CircuitBreakerStrategy(ServiceState state) : ResilienceStrategy
{
    protected override ValueTask<Outcome<TResult>> ExecuteCore<TResult, TState>(
        Func<ResilienceContext, TState, ValueTask<Outcome<TResult>>> callback, ResilienceContext context, TState callerState)
    {
        Execution execution = Execution.Of(context);
        if (!state.Breaker.TryEnter(out CircuitPermit permit))
            return new(Outcome.FromException<TResult>(Reject(execution)));

        ValueTask<Outcome<TResult>> run;
        try
        {
            run = callback(context, callerState);
        }
        catch
        {
            state.Breaker.Exit(permit, CallVerdict.Neutral);
            throw;
        }

        if (!run.IsCompletedSuccessfully)
            return EndAsync(run, permit, execution);

        return new(End(permit, execution, run.Result));
    }

    [AsyncMethodBuilder(typeof(RecyclingAsyncMethodBuilder<>))]
    private async ValueTask<Outcome<TResult>> EndAsync<TResult>(ValueTask<Outcome<TResult>> run, CircuitPermit permit, Execution execution)
    {
        Outcome<TResult> outcome;
        try
        {
            outcome = await run.ConfigureAwait(false);
        }
        catch
        {
            state.Breaker.Exit(permit, CallVerdict.Neutral);
            throw;
        }

        return End(permit, execution, outcome);
    }

    private Outcome<TResult> End<TResult>(CircuitPermit permit, Execution execution, Outcome<TResult> outcome)
    {
        CallVerdict verdict = Judge(execution, outcome.Exception);
        bool decides = state.Breaker.Exit(permit, verdict);
        state.Telemetry.CircuitBreakerCall(execution.Operation, verdict);

        // Others opened the circuit while this ran. Work that nobody waits for can run again when the service has recovered.
        return verdict == CallVerdict.Failure && !decides && execution is { Patience: Patience.Unlimited, Straggler: null }
            ? Outcome.FromException<TResult>(Reject(execution))
            : outcome;
    }

    private static CallVerdict Judge(Execution execution, Exception? failure)
    {
        if (failure is null)
            return execution.IsRemoteFallback ? CallVerdict.Neutral : CallVerdict.Success;

        return execution.Classify(failure) is FailureKind.Failure or FailureKind.RemoteFailure or FailureKind.Timeout
            ? CallVerdict.Failure
            : CallVerdict.Neutral;
    }

    private CircuitOpenRejectedException Reject(Execution execution)
    {
        (CircuitState current, DateTimeOffset? since, TimeSpan? retryAfter) = state.Breaker.Explain();
        var rejection = new CircuitOpenRejectedException(execution.Operation.Service, execution.Operation.Name, current, since, retryAfter);
        execution.Rejection = rejection;
        state.Telemetry.CircuitBreakerRejected(execution, retryAfter);
        return rejection;
    }
}
