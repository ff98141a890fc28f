using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;

namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>Sums what one host's meter counts.</summary>
internal sealed class Measured : IDisposable
{
    private readonly ConcurrentBag<(string Instrument, long Value, KeyValuePair<string, object?>[] Tags)> _counted = [];
    private readonly MeterListener _listener;
    private volatile TaskCompletionSource _changed = NewSignal();

    public Measured(IServiceProvider services)
    {
        IMeterFactory meters = services.GetRequiredService<IMeterFactory>();
        _listener = new()
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (ReferenceEquals(instrument.Meter.Scope, meters) && instrument.Meter.Name == "HaptiTalk.Messaging.Resilience")
                    listener.EnableMeasurementEvents(instrument);
            },
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
        {
            _counted.Add((instrument.Name, value, tags.ToArray()));
            Interlocked.Exchange(ref _changed, NewSignal()).SetResult();
        });
        _listener.Start();
    }

    /// <summary>The sum of a counter where all given tags match.</summary>
    public long Sum(string instrument, params (string Key, object Value)[] tags) => _counted
        .Where(counted => counted.Instrument == instrument && tags.All(tag => counted.Tags.Contains(new(tag.Key, tag.Value))))
        .Sum(counted => counted.Value);

    /// <summary>Ends when that sum is reached.</summary>
    public async Task ReachedAsync(long sum, string instrument, params (string Key, object Value)[] tags)
    {
        while (true)
        {
            Task changed = _changed.Task;
            if (Sum(instrument, tags) >= sum)
                return;
            await changed.WaitAsync(TestContext.Current.CancellationToken);
        }
    }

    public void Dispose() => _listener.Dispose();

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
