using HaptiTalk.Contracts;
using HaptiTalk.Messaging.Resilience;
using MassTransit;

namespace HaptiTalk.Feedback;

[ServiceProfile(FeedbackModule.ServiceName)]
internal sealed class AnalyzeFeedbackConsumer(IFeedbackStore feedback) : IConsumer<AnalyzeFeedback>
{
    public async Task Consume(ConsumeContext<AnalyzeFeedback> context)
    {
        SessionFeedback session = await feedback.ReadAsync(context.Message.SessionId, context.CancellationToken);
        await context.RespondAsync(FeedbackAnalyzer.Analyze(session));
    }
}
