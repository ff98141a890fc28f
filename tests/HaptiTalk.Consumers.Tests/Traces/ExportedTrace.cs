using System.Collections.Concurrent;
using System.Diagnostics;
using OpenTelemetry;
using OpenTelemetry.Trace;

namespace HaptiTalk.Consumers.Tests;

/// <summary>What OpenTelemetry exports of one trace, while tests beside this one make theirs.</summary>
internal sealed class ExportedTrace : IDisposable
{
    private readonly ActivitySource _source = new(nameof(ExportedTrace));
    private readonly ExportedSpans _exported = new();
    private readonly TracerProvider _provider;

    public ExportedTrace()
    {
        _provider = Sdk.CreateTracerProviderBuilder()
            .AddSource("HaptiTalk.Messaging.Resilience", "MassTransit", nameof(ExportedTrace))
            .AddInMemoryExporter(_exported)
            .Build();
        Root = _source.StartActivity("root").ShouldNotBeNull();
    }

    public Activity Root { get; }

    /// <summary>Waits for so many spans below the root, since the last of them end after the answer, and draws them.</summary>
    public async Task<string> DrawWhenAsync(int spans)
    {
        Root.Stop();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (Spans().Count < spans && !patience.IsCancellationRequested)
            await pace.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        return Draw(Root.SpanId, Spans(), depth: 0);
    }

    public IReadOnlyList<Activity> Spans() => [.. _exported.All.Where(span => span.TraceId == Root.TraceId && span.SpanId != Root.SpanId)];

    public void Dispose()
    {
        _provider.Dispose();
        _source.Dispose();
    }

    // Children in the order in which they began, each with what it was told below it.
    private static string Draw(ActivitySpanId parent, IReadOnlyList<Activity> spans, int depth)
    {
        string indent = new(' ', 2 * depth);
        return string.Concat(spans.Where(span => span.ParentSpanId == parent).OrderBy(span => span.StartTimeUtc).Select(span =>
            $"{indent}{span.DisplayName}\n"
            + string.Concat(span.Events
                .Where(told => told.Name.StartsWith("haptitalk", StringComparison.Ordinal))
                .Select(told => $"{indent}  - {told.Name["haptitalk.resilience.".Length..]}\n"))
            + Draw(span.SpanId, spans, depth + 1)));
    }

    private sealed class ExportedSpans : ICollection<Activity>
    {
        public ConcurrentQueue<Activity> All { get; } = new();

        public int Count => All.Count;

        public bool IsReadOnly => false;

        public void Add(Activity item) => All.Enqueue(item);

        public void Clear() => All.Clear();

        public bool Contains(Activity item) => All.Contains(item);

        public void CopyTo(Activity[] array, int arrayIndex) => All.CopyTo(array, arrayIndex);

        public bool Remove(Activity item) => false;

        public IEnumerator<Activity> GetEnumerator() => All.GetEnumerator();

        System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
