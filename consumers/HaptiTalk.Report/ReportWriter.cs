using HaptiTalk.Contracts;
using HaptiTalk.Messaging.Resilience;
using MassTransit;

namespace HaptiTalk.Report;

/// <summary>Collects what the other services know about a session, writes the report and keeps it.</summary>
internal sealed class ReportWriter(
    IRequestClient<GetSessionInfo> sessions, IRequestClient<AnalyzeFeedback> feedback, IReportStore reports, TimeProvider time)
{
    /// <summary>The report, or null when there is no such session.</summary>
    public async Task<SessionReport?> WriteAsync(string sessionId, CancellationToken cancellationToken)
    {
        Response<SessionInfo, NotFound> response =
            await sessions.GetResponse<SessionInfo, NotFound>(new GetSessionInfo(sessionId), cancellationToken);
        if (!response.Is(out Response<SessionInfo>? session))
            return null;

        SessionReport report = Compose(session.Message, await FindFeedbackAsync(sessionId, cancellationToken), time.GetUtcNow());
        await reports.SaveAsync(report, cancellationToken);
        return report;
    }

    private async Task<FeedbackAnalysis?> FindFeedbackAsync(string sessionId, CancellationToken cancellationToken)
    {
        Response<FeedbackAnalysis> response =
            await feedback.GetResponse<FeedbackAnalysis>(new AnalyzeFeedback(sessionId), cancellationToken);
        // A report that says "no feedback" about a session full of it would be worse than one that says what it lacks.
        return response.IsFallback(out _) ? null : response.Message;
    }

    private static SessionReport Compose(SessionInfo session, FeedbackAnalysis? analysis, DateTimeOffset now)
    {
        string[] missing = [.. session.User is null ? ["user"] : Array.Empty<string>(), .. analysis is null ? ["feedback"] : Array.Empty<string>()];
        TimeSpan duration = (session.EndedAt ?? now) - session.StartedAt;
        return new SessionReport(
            session.SessionId,
            session.User?.Name,
            session.Kind,
            duration,
            analysis,
            ReportSummary.Write(session, duration, analysis),
            missing,
            now);
    }
}
