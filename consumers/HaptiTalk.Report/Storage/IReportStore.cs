using HaptiTalk.Contracts;

namespace HaptiTalk.Report;

/// <summary>Where reports are kept, one per session.</summary>
public interface IReportStore
{
    /// <summary>The session's report, or null when none was written.</summary>
    Task<SessionReport?> FindAsync(string sessionId, CancellationToken cancellationToken);

    /// <summary>Keeps a report in place of the one before.</summary>
    Task SaveAsync(SessionReport report, CancellationToken cancellationToken);
}
