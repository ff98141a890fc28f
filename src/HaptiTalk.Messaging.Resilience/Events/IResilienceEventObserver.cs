namespace HaptiTalk.Messaging.Resilience;

/// <summary>Observes events; registered in the host's services as a singleton, several for one event if wanted.</summary>
/// <typeparam name="TEvent">One kind of event, or <see cref="ResilienceEvent"/> for all.</typeparam>
/// <remarks>
/// Observers run beside the calls, one event after the other, and cannot slow, break or reorder them. One that throws, or
/// takes longer than five seconds, misses that event only; it is counted, and logged once a minute.
/// </remarks>
public interface IResilienceEventObserver<in TEvent>
    where TEvent : ResilienceEvent
{
    /// <summary>Is told of one event.</summary>
    /// <param name="happened">The event.</param>
    /// <param name="cancellationToken">Cancelled when this takes too long or the host stops.</param>
    ValueTask OnEventAsync(TEvent happened, CancellationToken cancellationToken);
}
