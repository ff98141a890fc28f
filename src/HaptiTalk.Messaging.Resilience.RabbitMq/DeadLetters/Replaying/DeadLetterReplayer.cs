namespace HaptiTalk.Messaging.Resilience;

internal sealed class DeadLetterReplayer : IDeadLetterReplayer
{
    public Task<ReplayReport> ReplayAsync(
        ReplayRequest request, IProgress<ReplayProgress>? progress = null, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException();

    public Task<ReplayReport> ReplayEditedAsync(EditedReplay edit, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException();

    public Task<DiscardReport> DiscardAsync(DiscardRequest request, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException();
}
