using HaptiTalk.Contracts;
using HaptiTalk.Report;

namespace HaptiTalk.Demo;

/// <summary>The report service's real store, behind a renderer that takes its time.</summary>
internal sealed class HeavyReportStore(IReportStore inner, ReportWeight weight, TimeProvider clock) : IReportStore
{
    public Task<SessionReport?> FindAsync(string sessionId, CancellationToken cancellationToken) => inner.FindAsync(sessionId, cancellationToken);

    public async Task SaveAsync(SessionReport report, CancellationToken cancellationToken)
    {
        if (weight.Time > TimeSpan.Zero)
            await Task.Delay(weight.Time, clock, cancellationToken);
        await inner.SaveAsync(report, cancellationToken);
    }
}
