namespace HaptiTalk.Messaging.Resilience;

/// <summary>Lets the first reply of a delivery through and no other, whoever makes it: an attempt, a straggler or the fallback.</summary>
internal sealed class ReplyGate(OperationState operation)
{
    private static readonly object Replying = new();

    // Null, Replying, or the task that sends the reply: one that has failed claims nothing.
    private object? _claim;

    /// <summary>Somebody has replied, or is replying.</summary>
    public bool IsClaimed => !IsFree(Volatile.Read(ref _claim));

    public bool TryClaim()
    {
        if (TryClaimForFault())
            return true;

        Suppressed();
        return false;
    }

    /// <summary>The fault is the answer: no reply may follow it.</summary>
    public bool TryClaimForFault()
    {
        object? claim = Volatile.Read(ref _claim);
        return IsFree(claim) && Interlocked.CompareExchange(ref _claim, Replying, claim) == claim;
    }

    /// <summary>Who has claimed it sends this: if it cannot be sent, somebody else may try.</summary>
    public Task Reply(Task sending)
    {
        Volatile.Write(ref _claim, sending);
        return sending;
    }

    /// <summary>A reply came too late.</summary>
    public void Suppressed() => operation.State.Telemetry.LateReply(operation);

    /// <summary>The reply could not be sent; somebody else may try.</summary>
    public void Release() => Volatile.Write(ref _claim, null);

    private static bool IsFree(object? claim) => claim is null or Task { IsFaulted: true } or Task { IsCanceled: true };
}
