namespace HaptiTalk.Messaging.Resilience;

/// <summary>Lets the first reply of a delivery through and no other, whoever makes it: an attempt, a straggler or the fallback.</summary>
internal sealed class ReplyGate(OperationState operation)
{
    private int _claimed;

    /// <summary>Somebody has replied, or is replying.</summary>
    public bool IsClaimed => Volatile.Read(ref _claimed) == 1;

    public bool TryClaim()
    {
        if (Interlocked.CompareExchange(ref _claimed, 1, 0) == 0)
            return true;

        Suppressed();
        return false;
    }

    /// <summary>The fault is the answer: no reply may follow it.</summary>
    public bool TryClaimForFault() => Interlocked.CompareExchange(ref _claimed, 1, 0) == 0;

    /// <summary>A reply came too late.</summary>
    public void Suppressed() => operation.State.Telemetry.LateReply(operation);

    /// <summary>The reply could not be sent; somebody else may try.</summary>
    public void Release() => Volatile.Write(ref _claimed, 0);
}
