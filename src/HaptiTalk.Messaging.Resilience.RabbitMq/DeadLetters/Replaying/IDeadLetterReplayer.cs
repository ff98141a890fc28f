namespace HaptiTalk.Messaging.Resilience;

/// <summary>Puts dead letters back, changes one on the way, or throws them away.</summary>
/// <remarks>
/// A message leaves its queue only after the broker has confirmed that another queue has it. A process that is killed on the way
/// loses none; at most <see cref="ReplayRequest.Window"/> messages are then in both queues.
/// </remarks>
public interface IDeadLetterReplayer
{
    /// <summary>Replays a queue's messages: all, or those that a query finds, in their order.</summary>
    /// <param name="request">What, where to, how fast.</param>
    /// <param name="progress">Told about twice a second, and at the end.</param>
    /// <param name="cancellationToken">Stops it. What was sent is waited for, and the report says <see cref="ReplayStop.Cancelled"/>.</param>
    /// <returns>What became of the messages. Trouble on the way is in the report, not an exception.</returns>
    /// <exception cref="ArgumentException">The request is not valid; nothing was done.</exception>
    /// <exception cref="PeekRefusedException">A dry run was asked for on a queue that cannot be read without harm.</exception>
    /// <exception cref="DeadLetterAccessException">The broker could not be reached, has no such queue, or refused, before anything was replayed.</exception>
    /// <exception cref="OperationCanceledException">Cancelled before anything was replayed.</exception>
    Task<ReplayReport> ReplayAsync(
        ReplayRequest request, IProgress<ReplayProgress>? progress = null, CancellationToken cancellationToken = default);

    /// <summary>Replays one message with another body or other headers. The original stays until the edited one is confirmed.</summary>
    /// <param name="edit">Which message, and what to change.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>What became of it; <see cref="ReplayReport.Of"/> of every outcome is 0 when it was not found.</returns>
    /// <exception cref="ArgumentException">
    /// The edit is not valid: a body that is not JSON for a message that is, a header that a replay writes, more headers than the broker
    /// takes. Nothing was done.
    /// </exception>
    /// <exception cref="DeadLetterAccessException">The broker could not be reached, has no such queue, or refused.</exception>
    Task<ReplayReport> ReplayEditedAsync(EditedReplay edit, CancellationToken cancellationToken = default);

    /// <summary>Removes messages for good, if there are exactly as many as expected.</summary>
    /// <param name="request">Which, how many, and where they are exported to first.</param>
    /// <param name="cancellationToken">Stops it before anything is removed.</param>
    /// <exception cref="ArgumentException">The request is not valid; nothing was done.</exception>
    /// <exception cref="PeekRefusedException">Messages are too near their delivery limit to be held, and that was not to be risked.</exception>
    /// <exception cref="DeadLetterAccessException">
    /// The broker could not be reached, has no such queue, or refused; or the export failed, for example on a full disk. <see
    /// cref="DeadLetterAccessException.Removed"/> says whether messages may be gone: if not, the export is not needed, and is cut off
    /// where its stream can seek. Any other exception, too, leaves them all in their queue.
    /// </exception>
    Task<DiscardReport> DiscardAsync(DiscardRequest request, CancellationToken cancellationToken = default);
}
