namespace HaptiTalk.Messaging.Resilience;

/// <summary>Looks at queues of dead letters without touching what is in them.</summary>
public interface IDeadLetterInspector
{
    /// <summary>Counts the messages that wait in each of the given queues, for example <c>user_error</c>.</summary>
    /// <remarks>
    /// Counted is what is ready to be delivered; what a consumer holds unacknowledged is not. It needs AMQP and no management plugin,
    /// and moves no message. The answers come in the order asked.
    /// </remarks>
    /// <param name="queues">The queues' names, each 1 to 255 bytes of UTF-8.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ArgumentException">A name is empty or too long; nothing was asked.</exception>
    /// <exception cref="DeadLetterAccessException">The broker could not be reached, or refused.</exception>
    Task<IReadOnlyList<DeadLetterCount>> CountAsync(IReadOnlyCollection<string> queues, CancellationToken cancellationToken = default);
}
