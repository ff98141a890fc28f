using Microsoft.Extensions.Hosting;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>Reads the profiles before anything else starts: a host with a wrong configuration never takes a message.</summary>
/// <param name="states">Resolving them reads and validates the profiles.</param>
/// <param name="events">Their observers are made at start.</param>
internal sealed class ProfileStartup(ServiceStates states, ResilienceEvents events) : IHostedLifecycleService
{
    public Task StartingAsync(CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(states);
        events.Start();
        return Task.CompletedTask;
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
