namespace HaptiTalk.Messaging.Resilience;

/// <summary>How a task has ended, told without throwing it once more.</summary>
internal static class EndedTask
{
    /// <summary>What awaiting <paramref name="ended"/>, which has failed or was cancelled, would throw.</summary>
    public static async ValueTask<Exception> FailureOfAsync(Task ended)
    {
        if (ended.Exception is { } failure)
            return failure.InnerException!;

        // A task keeps the cancellation it ended with to itself.
        try
        {
            await ended.ConfigureAwait(false);
            throw new InvalidOperationException("It has not failed.");
        }
        catch (OperationCanceledException cancelled)
        {
            return cancelled;
        }
    }
}
