using System.Collections.Concurrent;
using System.Diagnostics;

namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>The framework's spans below a root that only this test has.</summary>
internal sealed class RecordedSpans : IDisposable
{
    private readonly ActivitySource _source = new(nameof(RecordedSpans));
    private readonly ConcurrentQueue<Activity> _ended = new();
    private readonly ActivityListener _listener;

    public RecordedSpans()
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = static source => source.Name is "HaptiTalk.Messaging.Resilience" or nameof(RecordedSpans),
            Sample = (ref options) => options.Source == _source ? ActivitySamplingResult.AllData : Sampling,
            ActivityStopped = activity =>
            {
                if (activity.TraceId == Root!.TraceId && activity.Source != _source)
                    _ended.Enqueue(activity);
            },
        };
        ActivitySource.AddActivityListener(_listener);
        Root = _source.StartActivity("root").ShouldNotBeNull();
    }

    public Activity Root { get; }

    public ActivitySamplingResult Sampling { get; set; } = ActivitySamplingResult.AllData;

    /// <summary>In the order of their ends.</summary>
    public IReadOnlyList<Activity> Ended => [.. _ended];

    public Activity Single() => Ended.ShouldHaveSingleItem();

    public static string Describe(IEnumerable<KeyValuePair<string, object?>> tags) =>
        string.Join(", ", tags.Where(tag => tag.Value is not null).Select(tag => $"{tag.Key}={tag.Value}"));

    public static string[] Describe(IEnumerable<ActivityEvent> events) => [.. events.Select(told => $"{told.Name}({Describe(told.Tags)})")];

    public void Dispose()
    {
        Root.Dispose();
        _listener.Dispose();
        _source.Dispose();
    }
}
