using MassTransit;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>
/// Decides who may speak to the requester of a delivery: the attempt that runs, as often as it likes; none that was given up or
/// followed by another; and, once no attempt may, the fallback or the fault. Who has what it waits for hears nothing from others.
/// </summary>
internal sealed class ReplyGate(OperationState operation, ConsumeContext request)
{
    private static readonly object Replying = new();

    private readonly Lock _lock = new();
    private AcceptedReplies? _accepted;
    private Attempt? _speaker;

    // Null, Replying, or the task that sends the reply: one that has failed was none.
    private object? _reply;

    // Who made it, and of what type: no type is the end, a fallback or a fault.
    private Attempt? _replier;
    private Type? _replyType;

    /// <summary>The requester has what it waits for.</summary>
    public bool IsAnswered
    {
        get
        {
            lock (_lock)
                return HasAnswer;
        }
    }

    /// <summary>The requester has a reply, and perhaps that was what it waits for: not every requester says so.</summary>
    public bool MayBeAnswered
    {
        get
        {
            lock (_lock)
                return MayHaveAnswer;
        }
    }

    // As a rule nobody asks.
    private AcceptedReplies Accepted => _accepted ??= new(request);

    private bool IsReplied => _reply is not (null or Task { IsFaulted: true } or Task { IsCanceled: true });

    private bool HasAnswer => IsReplied && (_replyType is null || Accepted.AreOnly(_replyType));

    private bool MayHaveAnswer => IsReplied && (_replyType is null || Accepted.Include(_replyType));

    public bool Accepts(Type reply) => Accepted.Include(reply);

    /// <summary>An attempt begins: it speaks from now on, and those before it no more.</summary>
    public void Open(Attempt attempt)
    {
        lock (_lock)
            _speaker = attempt;
    }

    /// <summary>No attempt speaks any more.</summary>
    public void Close()
    {
        lock (_lock)
            _speaker = null;
    }

    /// <summary>Whether an attempt may send a reply; it has to do so by <see cref="Reply"/>.</summary>
    public bool TryReply(Attempt attempt, Type type)
    {
        lock (_lock)
        {
            if (_speaker == attempt && (_replier == attempt || !HasAnswer))
            {
                if (!MayHaveAnswer)
                    (_reply, _replier, _replyType) = (Replying, attempt, type);
                return true;
            }
        }

        Suppressed();
        return false;
    }

    /// <summary>Ends it by a fallback's reply or a fault: nothing may follow. False where the requester has what it waits for.</summary>
    public bool TryEnd()
    {
        lock (_lock)
        {
            _speaker = null;
            if (HasAnswer)
                return false;

            (_reply, _replier, _replyType) = (Replying, null, null);
            return true;
        }
    }

    /// <summary>Who may, sends this: if it cannot be sent, it was no reply.</summary>
    public Task Reply(Task sending)
    {
        lock (_lock)
        {
            if (_reply == Replying)
                _reply = sending;
        }

        return sending;
    }

    /// <summary>What was to be sent could not be made.</summary>
    public void Release()
    {
        lock (_lock)
        {
            if (_reply == Replying)
                _reply = null;
        }
    }

    /// <summary>A reply came too late.</summary>
    public void Suppressed() => operation.ReportLateReply();
}
