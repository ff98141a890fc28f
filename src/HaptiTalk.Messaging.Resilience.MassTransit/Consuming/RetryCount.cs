using MassTransit;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>Tells MassTransit how often a delivery was repeated, which it writes on what it moves to the error queue.</summary>
internal sealed class RetryCount(int retries, Exception failure) : RetryContext
{
    public CancellationToken CancellationToken => CancellationToken.None;

    public Exception Exception => failure;

    public int RetryAttempt => retries;

    int RetryContext.RetryCount => retries;

    public TimeSpan? Delay => null;

    public Type ContextType => typeof(ConsumeContext);

    public Task PreRetry() => Task.CompletedTask;

    public Task RetryFaulted(Exception exception) => Task.CompletedTask;
}
