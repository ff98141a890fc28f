using System.Diagnostics;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>
/// Finds the span that is told what the policies do with a run. What is consumed has one around all its attempts, the bus's own
/// of the delivery. A call has none, because the bus makes one for each attempt: it gets a span of its own around them.
/// </summary>
/// <remarks>While nobody listens to <see cref="SourceName"/>, a run costs one look at whether somebody does.</remarks>
internal sealed class ExecutionTraces : IDisposable
{
    public const string SourceName = ResilienceTelemetry.MeterName;

    private readonly ActivitySource _source = new(SourceName);

    /// <summary>The span around what the bus does now, where somebody listens to us and records it.</summary>
    public Activity? Delivery => _source.HasListeners() && Activity.Current is { IsAllDataRequested: true } delivery ? delivery : null;

    public void Begin(Execution execution)
    {
        if (_source.HasListeners())
            execution.Progress.Span = SpanFor(execution.Operation);
    }

    /// <summary>Says how the run has ended.</summary>
    public void Report(Execution execution, string result, Exception? failure)
    {
        if (execution.RecordedSpan is not { } span)
            return;

        span.Ended(result, execution.Progress.Attempts);
        if (failure is not null && IsOurs(span))
            span.Failed(failure);
    }

    public void End(Execution execution)
    {
        if (execution.Progress.Span is { } span && IsOurs(span))
            span.Stop();
    }

    public void Dispose() => _source.Dispose();

    // Whatever else is current was so when the bus began to receive, and has nothing to do with the message.
    private Activity? SpanFor(OperationState operation) =>
        operation.Side == ResilienceSide.Consumer && Activity.Current is { Kind: ActivityKind.Consumer, IsStopped: false } delivery
            ? delivery
            : _source.StartActivity(operation.SpanName, ActivityKind.Internal, parentContext: default, operation.SpanTags);

    private bool IsOurs(Activity span) => ReferenceEquals(span.Source, _source);
}
