using System.Collections.Concurrent;
using System.Diagnostics.Tracing;

namespace HaptiTalk.Messaging.Resilience.BrokerBenchmarks.Load;

/// <summary>Which types are allocated: the runtime tells the type of about every hundred thousandth byte.</summary>
internal sealed class AllocationProfile : EventListener
{
    private const string Runtime = "Microsoft-Windows-DotNETRuntime";
    private const string Allocated = "GCAllocationTick";
    private const EventKeywords GarbageCollector = (EventKeywords)0x1;
    private const int AmountField = 8;

    private readonly ConcurrentDictionary<string, long> _bytes = new(StringComparer.Ordinal);

    /// <summary>Bytes by type, the most first.</summary>
    public IReadOnlyList<(string Type, long Bytes)> Take()
    {
        List<(string Type, long Bytes)> taken = [.. _bytes.Select(static type => (type.Key, type.Value)).OrderByDescending(static type => type.Value)];
        _bytes.Clear();
        return taken;
    }

    protected override void OnEventSourceCreated(EventSource eventSource)
    {
        if (eventSource.Name == Runtime)
            EnableEvents(eventSource, EventLevel.Verbose, GarbageCollector);
    }

    protected override void OnEventWritten(EventWrittenEventArgs eventData)
    {
        if (eventData.EventName?.StartsWith(Allocated, StringComparison.Ordinal) != true || eventData.Payload is not { Count: > AmountField } payload)
            return;
        int type = eventData.PayloadNames!.IndexOf("TypeName");
        int amount = eventData.PayloadNames.IndexOf("AllocationAmount64");
        if (payload[type] is string name && Convert.ToInt64(payload[amount], System.Globalization.CultureInfo.InvariantCulture) is var bytes)
            _bytes.AddOrUpdate(name, bytes, (_, sum) => sum + bytes);
    }
}
