using System.Collections.Concurrent;
using HaptiTalk.Messaging.Resilience.Tests;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;

namespace HaptiTalk.Messaging.Resilience.RabbitMq.Tests.Bus;

/// <summary>
/// Publishes numbered messages side by side until so many publishes have returned. One that fails is not sent again: the next number
/// takes its place.
/// </summary>
internal sealed class Publishers(RabbitBus bus, int count)
{
    private const int AtOnce = 64;

    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(100);

    private readonly ConcurrentBag<int> _returned = [];
    private readonly ConcurrentDictionary<int, TaskCompletionSource> _reached = new();
    private int _tried;
    private int _counted;

    /// <summary>The numbers whose publish has returned.</summary>
    public IReadOnlyCollection<int> Returned => _returned;

    /// <summary>How many were tried, however it ended.</summary>
    public int Tried => Volatile.Read(ref _tried);

    public Task RunAsync() => Task.WhenAll(Enumerable.Range(0, AtOnce).Select(_ => PublishAsync()));

    /// <summary>Ends when so many publishes have returned; asked for before that.</summary>
    public Task ReachedAsync(int returned) =>
        _reached.GetOrAdd(returned, static _ => new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    private async Task PublishAsync()
    {
        CancellationToken cancellationToken = TestContext.Current.CancellationToken;
        var endpoint = bus.Services.GetRequiredService<IPublishEndpoint>();
        while (Volatile.Read(ref _counted) < count)
        {
            int number = Interlocked.Increment(ref _tried);
            try
            {
                await endpoint.Publish(new Happened(number), cancellationToken);
            }
            catch (RejectedException)
            {
                // Nothing was sent. While the broker is away this comes at once: whoever is refused comes back a little later, and
                // leaves the processor to the broker that starts.
                await Task.Delay(Patience, TimeProvider.System, cancellationToken);
                continue;
            }
            catch (Exception) when (!cancellationToken.IsCancellationRequested)
            {
                // The caller has been told: nothing is promised of this one.
                continue;
            }

            _returned.Add(number);
            if (_reached.TryGetValue(Interlocked.Increment(ref _counted), out TaskCompletionSource? reached))
                reached.SetResult();
        }
    }
}
