using System.Collections.Concurrent;
using System.Diagnostics;

namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>The spans of one trace, ours and MassTransit's or ours alone.</summary>
internal sealed class RecordedTrace : IDisposable
{
    private const string Ours = "HaptiTalk.Messaging.Resilience";
    private const string Prefix = "haptitalk.resilience.";

    private readonly ActivitySource _source = new(nameof(RecordedTrace));
    private readonly ConcurrentQueue<Activity> _ended = new();
    private readonly ActivityListener _listener;
    private readonly Activity _root;

    public RecordedTrace(bool withMassTransit = true)
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name is Ours or nameof(RecordedTrace) || (withMassTransit && source.Name == "MassTransit"),
            Sample = static (ref _) => ActivitySamplingResult.AllData,
            ActivityStopped = _ended.Enqueue,
        };
        ActivitySource.AddActivityListener(_listener);
        _root = _source.StartActivity("root").ShouldNotBeNull();
    }

    /// <summary>Waits for the span of a name to end.</summary>
    public async Task<Activity> SpanAsync(string name)
    {
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        for (int look = 0; look < 1000; look++)
        {
            if (_ended.FirstOrDefault(span => span.DisplayName == name) is { } found)
                return found;
            await pace.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        }

        throw new TimeoutException($"No '{name}' among {string.Join(", ", _ended.Select(span => span.DisplayName))}");
    }

    public IReadOnlyList<Activity> ChildrenOf(Activity parent) => [.. _ended.Where(span => span.ParentSpanId == parent.SpanId)];

    public IReadOnlyList<Activity> FromUs() => [.. _ended.Where(span => span.Source.Name == Ours)];

    public bool IsChildOfRoot(Activity span) => span.ParentSpanId == _root.SpanId;

    /// <summary>What a span was told by us, with the reason where there is one.</summary>
    public static string[] EventsOf(Activity span) =>
    [
        .. span.Events
            .Where(told => told.Name.StartsWith(Prefix, StringComparison.Ordinal))
            .Select(told => $"{told.Name[Prefix.Length..]} {told.Tags.FirstOrDefault(tag => tag.Key == Prefix + "reason").Value}".Trim()),
    ];

    public static object? TagOf(Activity span, string name) => span.GetTagItem(Prefix + name);

    public void Dispose()
    {
        _root.Dispose();
        _listener.Dispose();
        _source.Dispose();
    }
}
