using Polly;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>Work that has nothing to say but its attempts.</summary>
internal sealed class AttemptsOnly<TResult>(Func<Execution, CancellationToken, ValueTask<Outcome<TResult>>> attempt) : IWork<TResult, Outcome<TResult>>
{
    public ValueTask<Outcome<TResult>> AttemptAsync(Execution execution, CancellationToken cancellationToken) => attempt(execution, cancellationToken);

    public ValueTask<bool> EndedAsync(Execution execution, Outcome<TResult> outcome) => new(true);

    public Outcome<TResult> Answer(Outcome<TResult> outcome) => outcome;
}
