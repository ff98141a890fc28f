using HaptiTalk.Contracts;
using HaptiTalk.Hosting;
using Microsoft.Data.Sqlite;

namespace HaptiTalk.Session;

internal sealed class SqliteSessionStore([FromKeyedServices(SessionModule.ServiceName)] SqliteDatabase database) : ISessionStore
{
    public Task<StoredSession?> FindAsync(string sessionId, CancellationToken cancellationToken) =>
        database.FindAsync(
            $"""
            SELECT id, user_id, kind, started_at, ended_at, (SELECT count(*) FROM session_feedback WHERE session_id = sessions.id)
            FROM sessions WHERE id = {sessionId}
            """,
            ReadSession,
            cancellationToken);

    public async Task<StoredSession> StartAsync(
        string sessionId, string userId, SessionKind kind, DateTimeOffset at, CancellationToken cancellationToken)
    {
        await database.ExecuteAsync(
            $"INSERT OR IGNORE INTO sessions (id, user_id, kind, started_at) VALUES ({sessionId}, {userId}, {kind}, {at})", cancellationToken);
        return (await FindAsync(sessionId, cancellationToken))!;
    }

    public async Task<StoredSession?> EndAsync(string sessionId, DateTimeOffset at, CancellationToken cancellationToken)
    {
        await database.ExecuteAsync($"UPDATE sessions SET ended_at = {at} WHERE id = {sessionId} AND ended_at IS NULL", cancellationToken);
        return await FindAsync(sessionId, cancellationToken);
    }

    public Task CountFeedbackAsync(string sessionId, string feedbackId, CancellationToken cancellationToken) =>
        database.ExecuteAsync(
            $"INSERT OR IGNORE INTO session_feedback (session_id, feedback_id) VALUES ({sessionId}, {feedbackId})", cancellationToken);

    private static StoredSession ReadSession(SqliteDataReader row) => new(
        row.GetString(0), row.GetString(1), row.GetEnum<SessionKind>(2), row.GetInstant(3), row.FindInstant(4), row.GetInt32(5));
}
