using System.Diagnostics.Metrics;
using BenchmarkDotNet.Attributes;

namespace HaptiTalk.Messaging.Resilience.Benchmarks;

/// <summary>Each policy as it is run in a host: measured, by the framework and by Polly's own telemetry, for somebody who listens to both.</summary>
public class WatchedBenchmarks : PollyComparison
{
    private readonly MeterListener _listener = new();

    [GlobalSetup]
    public void Setup()
    {
        _listener.InstrumentPublished = static (instrument, listener) =>
        {
            if (instrument.Meter.Name is "Polly" or "HaptiTalk.Messaging.Resilience")
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>(static (_, _, _, _) => { });
        _listener.SetMeasurementEventCallback<int>(static (_, _, _, _) => { });
        _listener.SetMeasurementEventCallback<double>(static (_, _, _, _) => { });
        _listener.Start();
        Build(isWatched: true);
    }

    public override Task CleanupAsync()
    {
        _listener.Dispose();
        return base.CleanupAsync();
    }
}
