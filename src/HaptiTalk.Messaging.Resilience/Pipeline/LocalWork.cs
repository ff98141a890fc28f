using System.Runtime.CompilerServices;
using Polly;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>Work that is not a message: it throws when it fails.</summary>
internal readonly struct LocalWork<TResult, TState>(Func<TState, CancellationToken, ValueTask<TResult>> action, TState state) : IWork<TResult, TResult>
{
    public ValueTask<Outcome<TResult>> AttemptAsync(Execution execution, CancellationToken cancellationToken)
    {
        ValueTask<TResult> attempt = action(state, cancellationToken);
        return attempt.IsCompletedSuccessfully ? new(Outcome.FromResult(attempt.Result)) : OutcomeOfAsync(attempt);
    }

    public ValueTask<bool> EndedAsync(Execution execution, Outcome<TResult> outcome) => new(true);

    public TResult Answer(Outcome<TResult> outcome)
    {
        outcome.ThrowIfException();
        return outcome.Result!;
    }

    [AsyncMethodBuilder(typeof(RecyclingAsyncMethodBuilder<>))]
    private static async ValueTask<Outcome<TResult>> OutcomeOfAsync(ValueTask<TResult> attempt)
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
