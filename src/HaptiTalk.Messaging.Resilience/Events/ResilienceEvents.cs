using System.Collections.Frozen;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>Hands events to their handlers, beside the calls that caused them.</summary>
internal sealed class ResilienceEvents : IAsyncDisposable, IDisposable
{
    private static readonly Type[] EventTypes =
        [.. typeof(ResilienceEvent).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(ResilienceEvent)) && !type.IsAbstract)];

    private readonly Lock _attaching = new();
    private readonly Lazy<EventLane[]> _lanes;
    private readonly Lazy<FrozenDictionary<Type, EventLane[]>> _lanesByType;
    private volatile IEventTap[] _taps = [];
    private volatile bool _disposed;

    public ResilienceEvents(
        IEnumerable<EventSubscription> subscriptions, IServiceProvider provider, IMeterFactory meters, ILoggerFactory loggers, TimeProvider clock)
    {
        Clock = clock;
        ILogger logger = loggers.CreateLogger(ResilienceTelemetry.MeterName);
        Counter<long> failures = meters.Create(ResilienceTelemetry.MeterName)
            .CreateCounter<long>("event_observer_failures", description: "Events that an observer missed, by reason.");

        // Not before the first event or the start: an observer may ask for IMessagingResilience, which is being made just now.
        _lanes = new(() =>
        [
            .. subscriptions.Concat(EventTypes.Concat([typeof(ServiceEvent), typeof(ResilienceEvent)]).SelectMany(type => HandlersOf(type, provider)))
                .Select(subscription => new EventLane(subscription, clock, logger, reason => failures.Add(1, new KeyValuePair<string, object?>("reason", reason)))),
        ]);
        _lanesByType = new(() => EventTypes.ToFrozenDictionary(type => type, type => Array.FindAll(_lanes.Value, lane => lane.Wants(type))));
    }

    public TimeProvider Clock { get; }

    /// <summary>Makes the observers, so that one that cannot be made stops the host and not a call.</summary>
    public void Start() => _ = _lanesByType.Value;

    /// <summary>Adds one that is told of events on the thread that raises them.</summary>
    public void Attach(IEventTap tap)
    {
        lock (_attaching)
            _taps = [.. _taps, tap];
    }

    /// <summary>Whether anybody listens; when nobody does, no event need be made.</summary>
    public bool Wants<TEvent>()
        where TEvent : ResilienceEvent
    {
        if (LanesOf(typeof(TEvent)).Length > 0)
            return true;

        foreach (IEventTap tap in _taps)
        {
            if (tap.Wants(typeof(TEvent)))
                return true;
        }

        return false;
    }

    public void Raise(ResilienceEvent happened)
    {
        foreach (IEventTap tap in _taps)
        {
            if (tap.Wants(happened.GetType()))
                tap.Add(happened);
        }

        foreach (EventLane lane in LanesOf(happened.GetType()))
            lane.Offer(happened);
    }

    /// <summary>Lets the handlers end what they have, all of them at the same time.</summary>
    public async ValueTask DisposeAsync()
    {
        _disposed = true;
        if (_lanes.IsValueCreated)
            await Task.WhenAll(_lanes.Value.Select(lane => lane.DisposeAsync().AsTask())).ConfigureAwait(false);
    }

    /// <summary>A container that is disposed of synchronously cannot wait for them.</summary>
    public void Dispose()
    {
        _disposed = true;
        if (_lanes.IsValueCreated)
            Array.ForEach(_lanes.Value, lane => lane.Dispose());
    }

    // A call that outlives its container must not ask it for observers.
    private EventLane[] LanesOf(Type eventType) => _disposed ? [] : _lanesByType.Value[eventType];

    private static IEnumerable<EventSubscription> HandlersOf(Type eventType, IServiceProvider provider) =>
        (IEnumerable<EventSubscription>)typeof(ResilienceEvents)
            .GetMethod(nameof(TypedHandlers), System.Reflection.BindingFlags.NonPublic | System.Reflection.BindingFlags.Static)!
            .MakeGenericMethod(eventType)
            .Invoke(null, [provider])!;

    private static IEnumerable<EventSubscription> TypedHandlers<TEvent>(IServiceProvider provider)
        where TEvent : ResilienceEvent =>
        [.. provider.GetServices<IResilienceEventObserver<TEvent>>().Select(observer => EventSubscription.For<TEvent>(observer.OnEventAsync))];
}
