using HaptiTalk.Contracts;

namespace HaptiTalk.Session;

/// <summary>Where sessions are kept.</summary>
public interface ISessionStore
{
    /// <summary>The session, or null when there is none of that id.</summary>
    Task<StoredSession?> FindAsync(string sessionId, CancellationToken cancellationToken);

    /// <summary>Starts the session unless it exists. The session as it is now.</summary>
    Task<StoredSession> StartAsync(string sessionId, string userId, SessionKind kind, DateTimeOffset at, CancellationToken cancellationToken);

    /// <summary>Ends the session unless it has ended. The session as it is now, or null when there is none of that id.</summary>
    Task<StoredSession?> EndAsync(string sessionId, DateTimeOffset at, CancellationToken cancellationToken);

    /// <summary>Counts one piece of feedback, once.</summary>
    Task CountFeedbackAsync(string sessionId, string feedbackId, CancellationToken cancellationToken);
}

/// <summary>A session as it is kept.</summary>
public sealed record StoredSession(
    string SessionId, string UserId, SessionKind Kind, DateTimeOffset StartedAt, DateTimeOffset? EndedAt, int FeedbackCount)
{
    internal SessionInfo ToInfo(UserProfile? owner) => new(SessionId, UserId, owner, Kind, StartedAt, EndedAt, FeedbackCount);
}
