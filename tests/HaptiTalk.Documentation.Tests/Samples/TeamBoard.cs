using System.Threading.Channels;
using HaptiTalk.Messaging.Resilience;
using HaptiTalk.Messaging.Resilience.Monitoring;
using Microsoft.Extensions.Hosting;

namespace HaptiTalk.Documentation.Tests;

/// <summary>What a page of one's own shows: everything at one moment, and the circuits that open meanwhile.</summary>
public sealed class TeamBoard(IMessagingResilience resilience, IResilienceMonitor monitor) : IEventSink, IHostedService
{
    private readonly Channel<string> _opened = Channel.CreateBounded<string>(
        new BoundedChannelOptions(100) { FullMode = BoundedChannelFullMode.DropOldest });

    private IDisposable? _attached;

    public ChannelReader<string> Opened => _opened.Reader;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        monitor.KeepLastMinute();           // until then LastMinute is null
        _attached = monitor.Attach(this);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        _attached?.Dispose();
        return Task.CompletedTask;
    }

    public IReadOnlyList<string> Lines()
    {
        HostSnapshot host = resilience.GetHostSnapshot();
        return
        [
            .. host.PendingProblems.Select(problem => $"not applied: {problem}"),
            .. host.LostBrokers.Select(broker => $"{broker.Broker} is lost: {broker.Reason}"),
            .. host.PausedEndpoints.Select(endpoint => $"{endpoint.Address} takes no messages: {endpoint.Reason}"),
            .. resilience.GetSnapshot().Select(row => $"{row.Service} ({row.Side}): {row.CircuitState}, {row.LastMinute?.Failed} failed in the last minute"),
        ];
    }

    // Both run inside of calls: they must be quick, and wait for nothing.
    public bool Wants(Type eventType) => eventType == typeof(CircuitBreakerOpened);

    public void Add(ResilienceEvent happened) => _opened.Writer.TryWrite(((CircuitBreakerOpened)happened).Service);
}
