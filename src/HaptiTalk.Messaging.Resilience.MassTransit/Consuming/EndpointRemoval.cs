using MassTransit;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>
/// Hears that an endpoint is taken off its bus for good. MassTransit lets go of a bus's observers before it stops such an endpoint: only
/// who listens at the endpoint itself is told.
/// </summary>
/// <param name="stopping">It is about to stop.</param>
/// <param name="gone">Nothing is consumed there any longer.</param>
internal sealed class EndpointRemoval(Action stopping, Action gone) : IReceiveEndpointObserver
{
    private volatile bool _isRemoved;

    public Task Ready(ReceiveEndpointReady ready) => Task.CompletedTask;

    Task IReceiveEndpointObserver.Stopping(ReceiveEndpointStopping endpoint)
    {
        if (endpoint.Removed)
        {
            _isRemoved = true;
            stopping();
        }

        return Task.CompletedTask;
    }

    public Task Completed(ReceiveEndpointCompleted completed)
    {
        if (_isRemoved)
            gone();
        return Task.CompletedTask;
    }

    public Task Faulted(ReceiveEndpointFaulted faulted) => Task.CompletedTask;
}
