using Polly;

namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>Work as a transport would give it, and the run that it was part of.</summary>
internal sealed class TestWork<TResult>(Func<Execution, CancellationToken, ValueTask<TResult>> attempt) : IWork<TResult, Outcome<TResult>>
{
    public Execution? Run { get; private set; }

    public async ValueTask<Outcome<TResult>> AttemptAsync(Execution execution, CancellationToken cancellationToken) =>
        Outcome.FromResult(await attempt(execution, cancellationToken));

    public ValueTask<bool> EndedAsync(Execution execution, Outcome<TResult> outcome)
    {
        Run = execution;
        return new(true);
    }

    public Outcome<TResult> Answer(Outcome<TResult> outcome) => outcome;

    public ValueTask<Outcome<TResult>> RunAsync(in ExecutionPlan plan, TimeProvider clock, FailureClassifier? classifier = null) =>
        new ExecutionRunner(classifier ?? FailureClassifier.Default, clock).RunAsync<TResult, Outcome<TResult>, TestWork<TResult>>(plan, this);
}
