using System.Collections.Frozen;
using System.Diagnostics.Metrics;
using HaptiTalk.Messaging.Resilience.Monitoring;
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
    private readonly ILogger _logger;
    private readonly Counter<long> _failures;
    private volatile AttachedSink[] _sinks = [];
    private volatile bool _disposed;

    public ResilienceEvents(
        IEnumerable<EventSubscription> subscriptions, IServiceProvider provider, IMeterFactory meters, ILoggerFactory loggers, TimeProvider clock)
    {
        Clock = clock;
        _logger = loggers.CreateLogger(ResilienceTelemetry.MeterName);
        _failures = meters.Create(ResilienceTelemetry.MeterName)
            .CreateCounter<long>("event_observer_failures", description: "Events that an observer missed, by reason.");

        // Not before the first event or the start: an observer may ask for IMessagingResilience, which is being made just now.
        _queues = new(() =>
        [
            .. subscriptions.Concat(EventTypes.Concat([typeof(ServiceEvent), typeof(ResilienceEvent)]).SelectMany(type => HandlersOf(type, provider)))
                .Select(subscription => new SubscriberQueue(subscription, clock, _logger, CountFailure)),
        ]);
        _queuesByType = new(() => EventTypes.ToFrozenDictionary(type => type, type => Array.FindAll(_queues.Value, queue => queue.Wants(type))));
    }

    public TimeProvider Clock { get; }

    /// <summary>Makes the observers, so that one that cannot be made stops the host and not a call.</summary>
    public void Start() => _ = _queuesByType.Value;

    /// <summary>Adds one that is told of events on the thread that raises them, until what is returned is disposed.</summary>
    public IDisposable Attach(IEventSink sink)
    {
        var attached = new AttachedSink(sink, Clock, _logger, CountFailure, Detach);
        lock (_attaching)
            _sinks = [.. _sinks, attached];
        return attached;
    }

    /// <summary>Whether anybody listens; when nobody does, no event need be made.</summary>
    public bool Wants<TEvent>()
        where TEvent : ResilienceEvent
    {
        if (QueuesOf(typeof(TEvent)).Length > 0)
            return true;

        foreach (AttachedSink sink in _sinks)
        {
            if (sink.Wants(typeof(TEvent)))
                return true;
        }

        return false;
    }

    public void Raise(ResilienceEvent happened)
    {
        foreach (AttachedSink sink in _sinks)
            sink.Offer(happened);
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

    private void CountFailure(string reason) => _failures.Add(1, new KeyValuePair<string, object?>("reason", reason));

    private void Detach(AttachedSink sink)
    {
        lock (_attaching)
            _sinks = Array.FindAll(_sinks, other => other != sink);
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
