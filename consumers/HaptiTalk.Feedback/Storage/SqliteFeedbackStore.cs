using HaptiTalk.Contracts;
using HaptiTalk.Hosting;

namespace HaptiTalk.Feedback;

internal sealed class SqliteFeedbackStore([FromKeyedServices(FeedbackModule.ServiceName)] SqliteDatabase database) : IFeedbackStore
{
    public async Task<SessionFeedback> ReadAsync(string sessionId, CancellationToken cancellationToken)
    {
        IReadOnlyList<FeedbackPiece> pieces = await database.QueryAsync(
            $"SELECT kind, intensity, delivered_at FROM feedback WHERE session_id = {sessionId} ORDER BY delivered_at",
            row => new FeedbackPiece(row.GetEnum<FeedbackKind>(0), row.GetDouble(1), row.GetInstant(2)),
            cancellationToken);
        IReadOnlyList<long> ended = await database.QueryAsync(
            $"SELECT ended_at FROM feedback_ended WHERE session_id = {sessionId}", row => row.GetInt64(0), cancellationToken);
        return new SessionFeedback(sessionId, pieces, ended.Count > 0);
    }

    public Task AddAsync(string sessionId, string feedbackId, FeedbackPiece piece, CancellationToken cancellationToken) =>
        database.ExecuteAsync(
            $"""
            INSERT OR IGNORE INTO feedback (id, session_id, kind, intensity, delivered_at)
            VALUES ({feedbackId}, {sessionId}, {piece.Kind}, {piece.Intensity}, {piece.DeliveredAt})
            """,
            cancellationToken);

    public Task EndAsync(string sessionId, DateTimeOffset at, CancellationToken cancellationToken) =>
        database.ExecuteAsync($"INSERT OR IGNORE INTO feedback_ended (session_id, ended_at) VALUES ({sessionId}, {at})", cancellationToken);
}
