namespace HaptiTalk.Messaging.Resilience;

/// <summary>
/// Replays that somebody has begun and does not wait for. The host does: when it stops, it stops them, and ends when they have ended.
/// <c>AddRabbitMqDeadLetters</c> adds it.
/// </summary>
public interface IOngoingReplays
{
    /// <summary>Says that the host stops. Begin a replay with it.</summary>
    CancellationToken Stopping { get; }

    /// <summary>Has the host wait for a replay, and for what follows it.</summary>
    /// <param name="replay">Work that ends soon after <see cref="Stopping"/> says so, and deals with its own failures.</param>
    void Track(Task replay);
}
