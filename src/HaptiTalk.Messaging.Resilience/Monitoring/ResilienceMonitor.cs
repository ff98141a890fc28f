namespace HaptiTalk.Messaging.Resilience.Monitoring;

internal sealed class ResilienceMonitor(ResilienceEvents events, ResilienceTelemetry telemetry) : IResilienceMonitor
{
    public void KeepLastMinute() => telemetry.KeepsRecentCalls = true;

    public IDisposable Attach(IEventSink sink)
    {
        ArgumentNullException.ThrowIfNull(sink);
        return events.Attach(sink);
    }
}
