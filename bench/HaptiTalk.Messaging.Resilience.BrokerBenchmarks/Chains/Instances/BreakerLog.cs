using System.Diagnostics.Metrics;

namespace HaptiTalk.Messaging.Resilience.BrokerBenchmarks.Chains;

/// <summary>What the circuits of this process have counted and done.</summary>
internal sealed class BreakerLog : IDisposable
{
    private const string Calls = "circuit_breaker_calls";

    private readonly MeterListener _listener = new()
    {
        InstrumentPublished = static (instrument, listener) =>
        {
            if (instrument.Name == Calls)
                listener.EnableMeasurementEvents(instrument);
        },
    };

    private long _failures;
    private long _opened;

    public BreakerLog()
    {
        _listener.SetMeasurementEventCallback<long>(Count);
        _listener.Start();
    }

    /// <summary>Calls that a circuit has taken for failures.</summary>
    public long Failures => Interlocked.Read(ref _failures);

    /// <summary>How often one has opened.</summary>
    public long Opened => Interlocked.Read(ref _opened);

    public ValueTask OnOpened(CircuitBreakerOpened opened, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _opened);
        return ValueTask.CompletedTask;
    }

    public void Dispose() => _listener.Dispose();

    private void Count(Instrument instrument, long value, ReadOnlySpan<KeyValuePair<string, object?>> tags, object? state)
    {
        foreach (KeyValuePair<string, object?> tag in tags)
        {
            if (tag is { Key: "result", Value: "failure" })
                Interlocked.Add(ref _failures, value);
        }
    }
}
