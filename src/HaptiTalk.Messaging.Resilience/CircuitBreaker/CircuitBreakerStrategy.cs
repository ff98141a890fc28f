using Polly;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>Refuses while the circuit is open, and tells the breaker how each admitted run ended.</summary>
internal sealed class CircuitBreakerStrategy(ServiceState state) : ResilienceStrategy
{
    protected override async ValueTask<Outcome<TResult>> ExecuteCore<TResult, TState>(
        Func<ResilienceContext, TState, ValueTask<Outcome<TResult>>> callback, ResilienceContext context, TState callerState)
    {
        Execution execution = Execution.Of(context);
        if (!state.Breaker.TryEnter(out CircuitPermit permit))
            return Outcome.FromException<TResult>(Reject(execution));

        var verdict = CallVerdict.Neutral;
        Outcome<TResult> outcome;
        try
        {
            outcome = await callback(context, callerState).ConfigureAwait(false);
            verdict = Judge(execution, outcome.Exception);
        }
        finally
        {
            state.Breaker.Exit(permit, verdict);
        }

        state.Telemetry.CircuitBreakerCall(execution.Operation, verdict);
        return outcome;
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
        state.Telemetry.CircuitBreakerRejected(execution.Operation, retryAfter);
        return rejection;
    }
}
