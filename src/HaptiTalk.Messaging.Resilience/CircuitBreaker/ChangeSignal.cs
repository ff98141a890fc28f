namespace HaptiTalk.Messaging.Resilience;

/// <summary>Wakes everybody who waits for the next change.</summary>
/// <remarks>Not safe for use by several threads: the breaker holds its lock.</remarks>
internal sealed class ChangeSignal
{
    private TaskCompletionSource _next = Create();

    /// <summary>Ends with the next change, or after a time.</summary>
    public Task WaitAsync(TimeSpan atMost, TimeProvider clock, CancellationToken cancellationToken) =>
        UntilAsync(_next.Task, atMost, clock, cancellationToken);

    public void Raise()
    {
        _next.TrySetResult();
        _next = Create();
    }

    private static async Task UntilAsync(Task change, TimeSpan atMost, TimeProvider clock, CancellationToken cancellationToken)
    {
        try
        {
            await change.WaitAsync(atMost, clock, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // Time for a probe.
        }
    }

    private static TaskCompletionSource Create() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
