using HaptiTalk.Contracts;
using HaptiTalk.Hosting;
using HaptiTalk.Messaging.Resilience;
using MassTransit;

namespace HaptiTalk.Report;

[ServiceProfile(ReportModule.ServiceName)]
internal sealed class GenerateReportConsumer(ReportWriter writer) : IConsumer<GenerateReport>
{
    public async Task Consume(ConsumeContext<GenerateReport> context)
    {
        string id = context.Message.SessionId;
        if (await writer.WriteAsync(id, context.CancellationToken) is { } report)
            await context.RespondAsync(report);
        else
            await context.RespondNotFoundAsync("session", id);
    }
}
