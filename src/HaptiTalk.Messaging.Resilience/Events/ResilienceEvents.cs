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
    private readonly Lazy<SubscriberQueue[]> _queues;
    private readonly Lazy<FrozenDictionary<Type, SubscriberQueue[]>> _queuesByType;
    private volatile IEventSink[] _sinks = [];
    private volatile bool _disposed;

    public ResilienceEvents(
        IEnumerable<EventSubscription> subscriptions, IServiceProvider provider, IMeterFactory meters, ILoggerFactory loggers, TimeProvider clock)
    {
        Clock = clock;
        ILogger logger = loggers.CreateLogger(ResilienceTelemetry.MeterName);
        Counter<long> failures = meters.Create(ResilienceTelemetry.MeterName)
            .CreateCounter<long>("event_observer_failures", description: "Events that an observer missed, by reason.");

        // Not before the first event or the start: an observer may ask for IMessagingResilience, which is being made just now.
        _queues = new(() =>
        [
            .. subscriptions.Concat(EventTypes.Concat([typeof(ServiceEvent), typeof(ResilienceEvent)]).SelectMany(type => HandlersOf(type, provider)))
                .Select(subscription => new SubscriberQueue(subscription, clock, logger, reason => failures.Add(1, new KeyValuePair<string, object?>("reason", reason)))),
        ]);
        _queuesByType = new(() => EventTypes.ToFrozenDictionary(type => type, type => Array.FindAll(_queues.Value, queue => queue.Wants(type))));
    }

    public TimeProvider Clock { get; }

    /// <summary>Makes the observers, so that one that cannot be made stops the host and not a call.</summary>
    public void Start() => _ = _queuesByType.Value;

    /// <summary>Adds one that is told of events on the thread that raises them.</summary>
    public void Attach(IEventSink sink)
    {
        lock (_attaching)
            _sinks = [.. _sinks, sink];
    }

    /// <summary>Whether anybody listens; when nobody does, no event need be made.</summary>
    public bool Wants<TEvent>()
        where TEvent : ResilienceEvent
    {
        if (QueuesOf(typeof(TEvent)).Length > 0)
            return true;

        foreach (IEventSink sink in _sinks)
        {
            if (sink.Wants(typeof(TEvent)))
                return true;
        }

        return false;
    }

    public void Raise(ResilienceEvent happened)
    {
        foreach (IEventSink sink in _sinks)
        {
            if (sink.Wants(happened.GetType()))
                sink.Add(happened);
        }

        foreach (SubscriberQueue queue in QueuesOf(happened.GetType()))
            queue.Offer(happened);
    }

    /// <summary>Lets the handlers end what they have, all of them at the same time.</summary>
    public async ValueTask DisposeAsync()
    {
        _disposed = true;
        if (_queues.IsValueCreated)
            await Task.WhenAll(_queues.Value.Select(queue => queue.DisposeAsync().AsTask())).ConfigureAwait(false);
    }

    /// <summary>A container that is disposed of synchronously cannot wait for them.</summary>
    public void Dispose()
    {
        _disposed = true;
        if (_queues.IsValueCreated)
            Array.ForEach(_queues.Value, queue => queue.Dispose());
    }

    // A call that outlives its container must not ask it for observers.
    private SubscriberQueue[] QueuesOf(Type eventType) => _disposed ? [] : _queuesByType.Value[eventType];

    private static IEnumerable<EventSubscription> HandlersOf(Type eventType, IServiceProvider provider) =>
        (IEnumerable<EventSubscription>)typeof(ResilienceEvents)
            .GetMethod(nameof(TypedHandlers), System.Reflection.BindingFlags.NonPublic | System.Reflection.BindingFlags.Static)!
            .MakeGenericMethod(eventType)
            .Invoke(null, [provider])!;

    private static IEnumerable<EventSubscription> TypedHandlers<TEvent>(IServiceProvider provider)
        where TEvent : ResilienceEvent =>
        [.. provider.GetServices<IResilienceEventObserver<TEvent>>().Select(observer => EventSubscription.For<TEvent>(observer.OnEventAsync))];
}
