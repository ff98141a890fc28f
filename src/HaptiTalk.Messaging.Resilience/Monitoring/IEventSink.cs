namespace HaptiTalk.Messaging.Resilience.Monitoring;

/// <summary>
/// Takes events on the thread that raises them, so that it misses none. That thread may be a call's, and several may come at once: be
/// quick, keep a bounded number, wait for nothing. Where that is not needed, <c>OnEvent</c> is the better way.
/// </summary>
public interface IEventSink
{
    /// <summary>Whether events of a type are wanted at the moment. It is asked before each: many are not even made when nobody wants them.</summary>
    /// <param name="eventType">A type that derives from <see cref="ResilienceEvent"/>.</param>
    bool Wants(Type eventType);

    /// <summary>Takes one. What it throws reaches no call: it is counted as <c>event_observer_failures</c>, and logged once a minute.</summary>
    /// <param name="happened">The event.</param>
    void Add(ResilienceEvent happened);
}
