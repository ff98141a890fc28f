using MassTransit;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>A receive endpoint on which messages may be held, and how it is stopped and started.</summary>
internal sealed class HeldEndpoint(HoldingEndpoint holding) : IReceiver
{
    private volatile IReceiveEndpoint? _endpoint;

    public HoldingEndpoint Holding => holding;

    /// <summary>An endpoint takes messages.</summary>
    /// <returns>Whether it is another one than before.</returns>
    public bool TryBecome(IReceiveEndpoint endpoint) => Interlocked.Exchange(ref _endpoint, endpoint) != endpoint;

    public bool Is(IReceiveEndpoint endpoint) => _endpoint == endpoint;

    public Task StopAsync() => _endpoint?.Stop(CancellationToken.None) ?? Task.CompletedTask;

    public Task StartAsync() => _endpoint?.Start(CancellationToken.None).Ready ?? Task.CompletedTask;
}
