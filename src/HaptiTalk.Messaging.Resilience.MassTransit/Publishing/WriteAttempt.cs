using MassTransit;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>One try at a write. MassTransit repeats what the broker refuses for as long as its token allows: a refusal ends that.</summary>
internal sealed class WriteAttempt(CancellationToken cancellationToken) : IRefusable, IDisposable
{
    private readonly CancellationTokenSource _end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
    private readonly TaskCompletionSource<MessageNotAcknowledgedException> _refused = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Ends with the attempt.</summary>
    public CancellationToken Token => _end.Token;

    /// <summary>Ends when the broker refuses, with what it said.</summary>
    public Task<MessageNotAcknowledgedException> Refused => _refused.Task;

    public void Refuse(MessageNotAcknowledgedException refusal) => _refused.TrySetResult(refusal);

    /// <summary>Nothing may be written any more.</summary>
    public Task CancelAsync() => _end.CancelAsync();

    public void Dispose() => _end.Dispose();
}
