using HaptiTalk.Contracts;
using HaptiTalk.Hosting;

namespace HaptiTalk.Realtime;

internal sealed class SqliteConnectionStore([FromKeyedServices(RealtimeModule.ServiceName)] SqliteDatabase database) : IConnectionStore
{
    public Task<IReadOnlyList<LiveConnection>> ReadAsync(string sessionId, CancellationToken cancellationToken) =>
        database.QueryAsync(
            $"SELECT device_id, connected_at FROM connections WHERE session_id = {sessionId} ORDER BY device_id",
            row => new LiveConnection(row.GetString(0), row.GetInstant(1)),
            cancellationToken);

    public Task ConnectAsync(string sessionId, LiveConnection connection, CancellationToken cancellationToken) =>
        database.ExecuteAsync(
            $"""
            INSERT OR IGNORE INTO connections (session_id, device_id, connected_at)
            SELECT {sessionId}, {connection.DeviceId}, {connection.ConnectedAt}
            WHERE NOT EXISTS (SELECT 1 FROM connections_ended WHERE session_id = {sessionId})
            """,
            cancellationToken);

    public async Task<Delivery?> DeliverAsync(string sessionId, string feedbackId, DateTimeOffset at, CancellationToken cancellationToken)
    {
        await database.ExecuteAsync(
            $"""
            INSERT OR IGNORE INTO deliveries (feedback_id, devices, delivered_at)
            SELECT {feedbackId}, count(*), {at} FROM connections WHERE session_id = {sessionId} HAVING count(*) > 0
            """,
            cancellationToken);
        return await database.FindAsync(
            $"SELECT devices, delivered_at FROM deliveries WHERE feedback_id = {feedbackId}",
            row => new Delivery(row.GetInt32(0), row.GetInstant(1)),
            cancellationToken);
    }

    public Task EndAsync(string sessionId, CancellationToken cancellationToken) =>
        database.ExecuteAsync(
            $"""
            INSERT OR IGNORE INTO connections_ended (session_id) VALUES ({sessionId});
            DELETE FROM connections WHERE session_id = {sessionId}
            """,
            cancellationToken);
}
