using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>What the meters of one factory measured, so that tests beside this one are not heard.</summary>
internal sealed class RecordedMeasurements : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly ConcurrentQueue<Measured> _measured = new();
    private readonly ConcurrentQueue<string> _published = new();
    private readonly ConcurrentDictionary<string, Instrument> _instruments = new(StringComparer.Ordinal);

    public RecordedMeasurements(IMeterFactory factory)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Scope != factory)
                return;
            _published.Enqueue(instrument.Name);
            _instruments[instrument.Name] = instrument;
            listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Record(instrument, value, tags));
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Record(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Record(instrument, value, tags));
        _listener.Start();
    }

    /// <summary>The name of each instrument that was made.</summary>
    public IReadOnlyList<string> Published => [.. _published];

    public IReadOnlyDictionary<string, Instrument> Instruments => _instruments;

    /// <summary>The measurements of one counter or histogram so far.</summary>
    public IReadOnlyList<Measured> Of(string instrument) => [.. _measured.Where(measured => measured.Instrument == instrument)];

    /// <summary>What one gauge shows now.</summary>
    public IReadOnlyList<Measured> Read(string gauge)
    {
        int before = _measured.Count;
        _listener.RecordObservableInstruments();
        return [.. _measured.Skip(before).Where(measured => measured.Instrument == gauge)];
    }

    public void Dispose() => _listener.Dispose();

    private void Record(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var labels = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach ((string name, object? label) in tags)
            labels.Add(name, label?.ToString() ?? string.Empty);
        _measured.Enqueue(new(instrument.Name, value, string.Join(",", labels.Select(label => $"{label.Key}={label.Value}"))));
    }
}

/// <param name="Instrument">The instrument's name.</param>
/// <param name="Value">The measured value.</param>
/// <param name="Tags">The tags as <c>name=value</c>, sorted by name.</param>
internal sealed record Measured(string Instrument, double Value, string Tags);
