using Microsoft.Extensions.Hosting;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>
/// Connects with the host's start where last good replies are asked for, because a host that starts in an outage needs at its
/// first call what others have remembered; and writes what is left after the bus has stopped.
/// </summary>
internal sealed class LastGoodReplyLifetime(LastGoodReplies replies, ProfileCatalog catalog) : IHostedLifecycleService
{
    public Task StartingAsync(CancellationToken cancellationToken)
    {
        if (catalog.Any(static profile => profile.Fallback.Source == FallbackSource.LastGoodReply))
            replies.Prepare();
        return Task.CompletedTask;
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => replies.StopAsync(cancellationToken);
}
