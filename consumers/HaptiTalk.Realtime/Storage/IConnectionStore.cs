using HaptiTalk.Contracts;

namespace HaptiTalk.Realtime;

/// <summary>Where live connections and deliveries are kept.</summary>
public interface IConnectionStore
{
    /// <summary>The devices that listen to a session.</summary>
    Task<IReadOnlyList<LiveConnection>> ReadAsync(string sessionId, CancellationToken cancellationToken);

    /// <summary>Connects a device, unless it is connected or the session is over.</summary>
    Task ConnectAsync(string sessionId, LiveConnection connection, CancellationToken cancellationToken);

    /// <summary>Notes that the session's devices vibrated, once per id. What the first delivery was, or null when no device listens.</summary>
    Task<Delivery?> DeliverAsync(string sessionId, string feedbackId, DateTimeOffset at, CancellationToken cancellationToken);

    /// <summary>Lets all devices of a session go, and no new ones in.</summary>
    Task EndAsync(string sessionId, CancellationToken cancellationToken);
}

/// <summary>A delivery: to how many devices, and when.</summary>
public sealed record Delivery(int Devices, DateTimeOffset At);
