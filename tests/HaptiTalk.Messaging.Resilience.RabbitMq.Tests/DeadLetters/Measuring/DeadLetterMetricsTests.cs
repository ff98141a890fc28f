using System.Diagnostics.Metrics;
using HaptiTalk.Messaging.Resilience.Brokers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace HaptiTalk.Messaging.Resilience.RabbitMq.Tests.DeadLetters;

public sealed class DeadLetterMetricsTests(BrokerFixture fixture)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Metrics_OfALivingBroker_ShowDepthAgeArrivalsAndReplays()
    {
        await using DeadLetterBroker broker = await DeadLetterBroker.CreateAsync(fixture);
        await broker.DeclareAsync("q");
        await broker.DeclareAsync("q_error");
        string failed = TimeProvider.System.GetUtcNow().AddMinutes(-10).ToString("O");
        await broker.FillAsync("q_error", 3, (number, properties) => properties.Headers = new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            ["MT-Fault-Timestamp"] = failed,
            ["Resilience-Replay-Count"] = number == 3 ? 9 : 0,
        });
        UriBuilder management = new(fixture.Management);
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(settings: null);
        builder.Services.AddRabbitMqDeadLetters(new DeadLetterOptions { Broker = broker.Host.Address, Management = management.Uri });
        builder.Services.AddDeadLetterMetrics(new() { Interval = TimeSpan.FromSeconds(1) });
        using IHost host = builder.Build();
        using Gauges gauges = new(host.Services.GetRequiredService<IMeterFactory>());
        await host.StartAsync(Token);

        await Until.TrueAsync(() => Task.FromResult(gauges.Read("dead_letter_depth", "q_error") == 3));
        gauges.Read("dead_letter_oldest_age", "q_error").ShouldBeInRange(600, 700);
        await broker.FillAsync("q_error", 2);
        await Until.TrueAsync(() => Task.FromResult(gauges.Read("dead_letter_arrivals", "q_error") == 2));
        await host.Services.GetRequiredService<IDeadLetterReplayer>().ReplayAsync(new() { Queue = "q_error" }, cancellationToken: Token);
        await host.StopAsync(Token);

        gauges.Read("dead_letters_replayed", "q_error").ShouldBe(4);
        gauges.Read("dead_letters_skipped", "q_error").ShouldBe(1);
    }

    private sealed class Gauges : IDisposable
    {
        private readonly MeterListener _listener;
        private readonly Lock _lock = new();
        private readonly Dictionary<(string, string), double> _values = [];

        public Gauges(IMeterFactory meters)
        {
            _listener = new()
            {
                InstrumentPublished = (instrument, listener) =>
                {
                    if (ReferenceEquals(instrument.Meter.Scope, meters))
                        listener.EnableMeasurementEvents(instrument);
                },
            };
            _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Note(instrument, value, tags));
            _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Note(instrument, value, tags));
            _listener.Start();
        }

        public double Read(string instrument, string queue)
        {
            _listener.RecordObservableInstruments();
            lock (_lock)
                return _values.GetValueOrDefault((instrument, queue));
        }

        public void Dispose() => _listener.Dispose();

        private void Note(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            string queue = "";
            foreach ((string key, object? tag) in tags)
            {
                if (key == "queue")
                    queue = (string)tag!;
            }

            lock (_lock)
                _values[(instrument.Name, queue)] = instrument.IsObservable ? value : _values.GetValueOrDefault((instrument.Name, queue)) + value;
        }
    }
}
