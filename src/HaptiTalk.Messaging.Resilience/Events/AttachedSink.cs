using HaptiTalk.Messaging.Resilience.Monitoring;
using Microsoft.Extensions.Logging;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>A sink until it is detached. What it throws stays here: it runs inside of calls.</summary>
internal sealed class AttachedSink(IEventSink sink, TimeProvider clock, ILogger logger, Action<string> count, Action<AttachedSink> detach) : IDisposable
{
    private readonly LogThrottle _failures = new(clock);

    public bool Wants(Type eventType)
    {
        try
        {
            return sink.Wants(eventType);
        }
        catch (Exception failure)
        {
            Miss(failure, eventType);
            return false;
        }
    }

    public void Offer(ResilienceEvent happened)
    {
        try
        {
            if (sink.Wants(happened.GetType()))
                sink.Add(happened);
        }
        catch (Exception failure)
        {
            Miss(failure, happened.GetType());
        }
    }

    public void Dispose() => detach(this);

    private void Miss(Exception failure, Type eventType)
    {
        count("failure");
        if (_failures.Add() is not null)
            Log.EventObserverFailed(logger, failure, eventType.Name);
    }
}
