namespace HaptiTalk.Messaging.Resilience;

/// <summary>Looks at queues of dead letters. Looking loses, reorders and re-dead-letters nothing, or it is refused.</summary>
/// <remarks>
/// Every call opens a connection of its own and closes it. Where the broker's management API answers it is asked as well; without it,
/// or without the right to ask, everything works that AMQP allows. All of it may be used from several threads at once.
/// </remarks>
public interface IDeadLetterInspector
{
    /// <summary>Counts the messages that wait in each of the given queues, for example <c>user_error</c>.</summary>
    /// <remarks>
    /// It counts what is ready to be delivered, and not what a consumer holds unacknowledged. It needs AMQP and no management plugin,
    /// and moves no message. The answers come in the order asked.
    /// </remarks>
    /// <param name="queues">The queues' names, each 1 to 255 bytes of UTF-8.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ArgumentException">A name is empty or too long; nothing was asked.</exception>
    /// <exception cref="DeadLetterAccessException">The broker could not be reached, or refused.</exception>
    Task<IReadOnlyList<DeadLetterCount>> CountAsync(IReadOnlyCollection<string> queues, CancellationToken cancellationToken = default);

    /// <summary>Lists the queues that hold dead letters: <c>_error</c>, <c>_skipped</c>, and targets of dead-letter exchanges.</summary>
    /// <remarks>
    /// Finding queues needs the management API. Without it the queues of <see cref="DeadLetterListOptions.Queues"/> are listed, and
    /// <see cref="DeadLetterListing.ManagementProblem"/> says why no others are.
    /// </remarks>
    /// <param name="options">What to list; null for everything.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ArgumentException">A name of the options is empty or too long.</exception>
    /// <exception cref="DeadLetterAccessException">The broker could not be reached, or refused.</exception>
    Task<DeadLetterListing> ListAsync(DeadLetterListOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>Reads one page of a queue, from its head on.</summary>
    /// <remarks>What has been read is kept for a while, so that asking again, or for a part of it, does not read the queue again.</remarks>
    /// <param name="queue">The queue.</param>
    /// <param name="options">Which page; null for the first 50 messages.</param>
    /// <param name="cancellationToken">Gives up. What was being read is given back.</param>
    /// <exception cref="ArgumentException">The name is empty or too long.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number of the options is out of its range.</exception>
    /// <exception cref="PeekRefusedException">
    /// This queue cannot be read without harm; or it is consumed, or not known to hold dead letters, and the options do not allow that. Nothing
    /// was read.
    /// </exception>
    /// <exception cref="DeadLetterAccessException">The broker could not be reached, has no such queue, or refused.</exception>
    Task<DeadLetterPage> PeekAsync(string queue, DeadLetterPeekOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>Groups a queue's messages, the largest group first.</summary>
    /// <param name="queue">The queue.</param>
    /// <param name="by">What the messages of one group have in common: one to all of them. Empty groups by exception and message type.</param>
    /// <param name="options">How far to read; null for the defaults.</param>
    /// <param name="cancellationToken">Gives up. What was being read is given back.</param>
    /// <exception cref="ArgumentException">The name is empty or too long.</exception>
    /// <exception cref="PeekRefusedException">
    /// This queue cannot be read without harm; or it is consumed, or not known to hold dead letters, and the options do not allow that. Nothing
    /// was read.
    /// </exception>
    /// <exception cref="DeadLetterAccessException">The broker could not be reached, has no such queue, or refused.</exception>
    Task<DeadLetterSummary> SummariseAsync(
        string queue,
        IReadOnlyCollection<DeadLetterGrouping>? by = null,
        DeadLetterScanOptions? options = null,
        CancellationToken cancellationToken = default);

    /// <summary>Finds messages.</summary>
    /// <param name="queue">The queue.</param>
    /// <param name="query">What to find; see <see cref="DeadLetterQuery"/>.</param>
    /// <param name="options">How far to read and how many to find; null for the defaults.</param>
    /// <param name="cancellationToken">Gives up. What was being read is given back.</param>
    /// <exception cref="ArgumentException">The name is empty or too long.</exception>
    /// <exception cref="PeekRefusedException">
    /// This queue cannot be read without harm; or it is consumed, or not known to hold dead letters, and the options do not allow that. Nothing
    /// was read.
    /// </exception>
    /// <exception cref="DeadLetterAccessException">The broker could not be reached, has no such queue, or refused.</exception>
    Task<DeadLetterSearchResult> SearchAsync(
        string queue, DeadLetterQuery query, DeadLetterScanOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>One message with its whole body, or, of one above 12 MiB, its first 12 MiB.</summary>
    /// <param name="queue">The queue.</param>
    /// <param name="id">A <see cref="DeadLetter.Id"/> or a <see cref="DeadLetter.MessageId"/>; of several, the first from the head.</param>
    /// <param name="options">How far to read; null for the defaults.</param>
    /// <param name="cancellationToken">Gives up. What was being read is given back.</param>
    /// <returns>Null when no message that was read has this id.</returns>
    /// <exception cref="ArgumentException">The name or the id is empty, or the name is too long.</exception>
    /// <exception cref="PeekRefusedException">
    /// This queue cannot be read without harm; or it is consumed, or not known to hold dead letters, and the options do not allow that. Nothing
    /// was read.
    /// </exception>
    /// <exception cref="DeadLetterAccessException">The broker could not be reached, has no such queue, or refused.</exception>
    Task<DeadLetter?> ShowAsync(
        string queue, string id, DeadLetterScanOptions? options = null, CancellationToken cancellationToken = default);
}
