using System.Runtime.ExceptionServices;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>
/// Carries a failure of what the caller gave, a stream to a full disk or a body that is no JSON, over the border: it is not the
/// broker's, and the caller gets it as it is.
/// </summary>
internal sealed class CallersOwnException(Exception failure) : Exception(failure.Message, failure)
{
    public ExceptionDispatchInfo Failure { get; } = ExceptionDispatchInfo.Capture(failure);

    /// <summary>Does what the caller's own object is needed for.</summary>
    public static async Task WhileAsync(Func<Task> work)
    {
        try
        {
            await work().ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            throw new CallersOwnException(failure);
        }
    }
}
