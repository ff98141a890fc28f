using Polly;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>
/// Makes an outcome of what a policy of the host's own throws: the fallback and the counts outside it look at outcomes, and
/// an exception would pass them by.
/// </summary>
internal sealed class ThrownFailureStrategy : ResilienceStrategy
{
    protected override async ValueTask<Outcome<TResult>> ExecuteCore<TResult, TState>(
        Func<ResilienceContext, TState, ValueTask<Outcome<TResult>>> callback, ResilienceContext context, TState callerState)
    {
        try
        {
            return await callback(context, callerState).ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            return Outcome.FromException<TResult>(failure);
        }
    }
}
