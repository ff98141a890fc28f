using System.Collections.Frozen;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>Hands events to their handlers, beside the calls that caused them.</summary>
internal sealed class ResilienceEvents : IAsyncDisposable
{
    private readonly EventLane[] _lanes;
    private readonly FrozenDictionary<Type, EventLane[]> _lanesByType;

    public ResilienceEvents(
        IEnumerable<EventSubscription> subscriptions, IServiceProvider provider, IMeterFactory meters, ILoggerFactory loggers, TimeProvider clock)
    {
        Clock = clock;
        ILogger logger = loggers.CreateLogger(ResilienceTelemetry.MeterName);
        Counter<long> failures = meters.Create(ResilienceTelemetry.MeterName)
            .CreateCounter<long>("event_observer_failures", description: "Events that an observer missed, by reason.");
        Type[] types = [.. typeof(ResilienceEvent).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(ResilienceEvent)) && !type.IsAbstract)];
        _lanes =
        [
            .. subscriptions.Concat(types.Concat([typeof(ServiceEvent), typeof(ResilienceEvent)]).SelectMany(type => HandlersOf(type, provider)))
                .Select(subscription => new EventLane(subscription, clock, logger, reason => failures.Add(1, new KeyValuePair<string, object?>("reason", reason)))),
        ];
        _lanesByType = types.ToFrozenDictionary(type => type, type => Array.FindAll(_lanes, lane => lane.Wants(type)));
    }

    public TimeProvider Clock { get; }

    /// <summary>Whether anybody listens; when nobody does, no event need be made.</summary>
    public bool Wants<TEvent>()
        where TEvent : ResilienceEvent =>
        _lanes.Length > 0 && _lanesByType[typeof(TEvent)].Length > 0;

    public void Raise(ResilienceEvent happened)
    {
        foreach (EventLane lane in _lanesByType[happened.GetType()])
            lane.Offer(happened);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (EventLane lane in _lanes)
            await lane.DisposeAsync().ConfigureAwait(false);
    }

    private static IEnumerable<EventSubscription> HandlersOf(Type eventType, IServiceProvider provider) =>
        (IEnumerable<EventSubscription>)typeof(ResilienceEvents)
            .GetMethod(nameof(TypedHandlers), System.Reflection.BindingFlags.NonPublic | System.Reflection.BindingFlags.Static)!
            .MakeGenericMethod(eventType)
            .Invoke(null, [provider])!;

    private static IEnumerable<EventSubscription> TypedHandlers<TEvent>(IServiceProvider provider)
        where TEvent : ResilienceEvent =>
        [.. provider.GetServices<IResilienceEventObserver<TEvent>>().Select(observer => EventSubscription.For<TEvent>(observer.OnEventAsync))];
}
