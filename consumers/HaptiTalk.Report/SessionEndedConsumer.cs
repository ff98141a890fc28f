using HaptiTalk.Contracts;
using HaptiTalk.Messaging.Resilience;
using MassTransit;

namespace HaptiTalk.Report;

/// <summary>Writes the report of a session when it ends. A second announcement finds the report, unless it lacks something.</summary>
[ServiceProfile(ReportModule.ServiceName)]
internal sealed class SessionEndedConsumer(IReportStore reports, ReportWriter writer) : IConsumer<SessionEnded>
{
    public async Task Consume(ConsumeContext<SessionEnded> context)
    {
        SessionEnded ended = context.Message;
        SessionReport? report = await reports.FindAsync(ended.SessionId, context.CancellationToken);
        if (report is null || report.Missing.Count > 0 || report.GeneratedAt < ended.EndedAt)
            await writer.WriteAsync(ended.SessionId, context.CancellationToken);
    }
}
