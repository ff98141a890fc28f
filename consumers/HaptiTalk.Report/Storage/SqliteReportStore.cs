using System.Text.Json;
using HaptiTalk.Contracts;
using HaptiTalk.Hosting;

namespace HaptiTalk.Report;

internal sealed class SqliteReportStore([FromKeyedServices(ReportModule.ServiceName)] SqliteDatabase database) : IReportStore
{
    public Task<SessionReport?> FindAsync(string sessionId, CancellationToken cancellationToken) =>
        database.FindAsync(
            $"SELECT body FROM reports WHERE session_id = {sessionId}",
            row => JsonSerializer.Deserialize<SessionReport>(row.GetString(0))!,
            cancellationToken);

    public Task SaveAsync(SessionReport report, CancellationToken cancellationToken) =>
        database.ExecuteAsync(
            $"""
            INSERT INTO reports (session_id, body, generated_at)
            VALUES ({report.SessionId}, {JsonSerializer.Serialize(report)}, {report.GeneratedAt})
            ON CONFLICT (session_id) DO UPDATE SET body = excluded.body, generated_at = excluded.generated_at
            """,
            cancellationToken);
}
