using System.Diagnostics;
using System.Diagnostics.Metrics;
using BenchmarkDotNet.Attributes;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry.Metrics;

namespace HaptiTalk.Messaging.Resilience.Benchmarks;

/// <summary>What it costs a call that it is watched: the same work that succeeds at once, with those who listen to it.</summary>
public class TelemetryBenchmarks
{
    private const string Source = "HaptiTalk.Messaging.Resilience";

    private static readonly ExecutionOptions Options = new() { Operation = "getUserProfile", Dependency = "database", FallbackKey = "getUserProfile" };

    private ServiceProvider _services = null!;
    private IServiceResilience _service = null!;
    private IDisposable? _listener;

    /// <summary>Who listens.</summary>
    public enum Watcher
    {
        /// <summary>Nobody.</summary>
        Nobody,

        /// <summary>A listener of all measurements that does nothing with them.</summary>
        MeterListener,

        /// <summary>What <c>AddPrometheus</c> adds.</summary>
        Prometheus,

        /// <summary>Somebody who wants traces and has sampled this one out.</summary>
        SpansSampledOut,

        /// <summary>Somebody who records every span.</summary>
        SpansRecorded,
    }

    /// <summary>Who listens.</summary>
    [ParamsAllValues]
    public Watcher ListenedToBy { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        IMessagingResilienceBuilder builder = new ServiceCollection().AddMessagingResilience(new ConfigurationBuilder().Build());
        if (ListenedToBy == Watcher.Prometheus)
            builder.AddPrometheus();
        _services = builder.Services.BuildServiceProvider();
        _listener = Listen();
        _service = _services.GetRequiredService<IMessagingResilience>().For("user");
    }

    [GlobalCleanup]
    public async Task CleanupAsync()
    {
        _listener?.Dispose();
        await _services.DisposeAsync();
    }

    [Benchmark]
    public ValueTask<int> ExecuteAsync() => _service.ExecuteAsync(static _ => ValueTask.FromResult(1), Options, CancellationToken.None);

    private IDisposable? Listen() => ListenedToBy switch
    {
        Watcher.MeterListener => ListenToMeters(),
        Watcher.Prometheus => _services.GetRequiredService<MeterProvider>(),
        Watcher.SpansSampledOut => ListenToSpans(ActivitySamplingResult.PropagationData),
        Watcher.SpansRecorded => ListenToSpans(ActivitySamplingResult.AllDataAndRecorded),
        _ => null,
    };

    private static MeterListener ListenToMeters()
    {
        var listener = new MeterListener
        {
            InstrumentPublished = static (instrument, listener) =>
            {
                if (instrument.Meter.Name == Source)
                    listener.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>(static (_, _, _, _) => { });
        listener.SetMeasurementEventCallback<double>(static (_, _, _, _) => { });
        listener.Start();
        return listener;
    }

    private static ActivityListener ListenToSpans(ActivitySamplingResult sampling)
    {
        var listener = new ActivityListener { ShouldListenTo = static source => source.Name == Source, Sample = (ref _) => sampling };
        ActivitySource.AddActivityListener(listener);
        return listener;
    }
}
