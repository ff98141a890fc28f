using System.Runtime.CompilerServices;
using Polly;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>Work that is not a message: it throws when it fails.</summary>
/// <remarks>One reference and not two: every policy copies what it hands on.</remarks>
internal readonly struct LocalWork<TResult>(Func<CancellationToken, ValueTask<TResult>> action) : IWork<TResult, TResult>
{
    public ValueTask<Outcome<TResult>> AttemptAsync(Execution execution, CancellationToken cancellationToken) => LocalAttempt.OutcomeOf(action(cancellationToken));

    public ValueTask<bool> EndedAsync(Execution execution, Outcome<TResult> outcome) => new(true);

    public TResult Answer(Outcome<TResult> outcome) => LocalAttempt.ResultOf(outcome);
}

/// <summary>The same with a state that its caller hands to it.</summary>
internal readonly struct LocalWork<TResult, TState>(Func<TState, CancellationToken, ValueTask<TResult>> action, TState state) : IWork<TResult, TResult>
{
    public ValueTask<Outcome<TResult>> AttemptAsync(Execution execution, CancellationToken cancellationToken) => LocalAttempt.OutcomeOf(action(state, cancellationToken));

    public ValueTask<bool> EndedAsync(Execution execution, Outcome<TResult> outcome) => new(true);

    public TResult Answer(Outcome<TResult> outcome) => LocalAttempt.ResultOf(outcome);
}

/// <summary>What is thrown becomes an outcome, and an outcome what is thrown.</summary>
internal static class LocalAttempt
{
    public static ValueTask<Outcome<TResult>> OutcomeOf<TResult>(ValueTask<TResult> attempt) =>
        attempt.IsCompletedSuccessfully ? new(Outcome.FromResult(attempt.Result)) : OutcomeOfAsync(attempt);

    public static TResult ResultOf<TResult>(Outcome<TResult> outcome)
    {
        outcome.ThrowIfException();
        return outcome.Result!;
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
}
