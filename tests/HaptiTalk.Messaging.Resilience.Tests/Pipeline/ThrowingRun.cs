using Polly;

namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>Runs work that throws when it fails, as work that is no message does.</summary>
internal static class ThrowingRun
{
    public static async ValueTask<Outcome<TResult>> RunAsync<TResult, TState>(
        Execution execution, Func<TState, Execution, CancellationToken, ValueTask<TResult>> work, TState state)
        where TState : class
    {
        ResilienceContext context = ExecutionRunner.Begin(execution);
        try
        {
            Outcome<TResult> outcome = await ExecutionRunner.ThroughPoliciesAsync(context, execution, (state, token) => work(state, execution, token), state);
            ExecutionRunner.Report(execution, outcome.Exception);
            return outcome;
        }
        finally
        {
            ExecutionRunner.End(context, execution);
        }
    }
}
