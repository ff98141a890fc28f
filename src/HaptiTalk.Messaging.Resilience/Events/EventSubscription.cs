namespace HaptiTalk.Messaging.Resilience;

/// <summary>A handler as the host registered it, with the type of event it wants.</summary>
internal sealed record EventSubscription(Type EventType, Func<ResilienceEvent, CancellationToken, ValueTask> Handle)
{
    public static EventSubscription For<TEvent>(Func<TEvent, CancellationToken, ValueTask> handle)
        where TEvent : ResilienceEvent =>
        new(typeof(TEvent), (happened, cancellationToken) => handle((TEvent)happened, cancellationToken));
}
