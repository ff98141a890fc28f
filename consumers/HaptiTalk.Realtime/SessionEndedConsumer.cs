using HaptiTalk.Contracts;
using HaptiTalk.Messaging.Resilience;
using MassTransit;

namespace HaptiTalk.Realtime;

/// <summary>Lets the devices of a session go. Ending twice is ending once.</summary>
[ServiceProfile(RealtimeModule.ServiceName)]
internal sealed class SessionEndedConsumer(IConnectionStore connections) : IConsumer<SessionEnded>
{
    public Task Consume(ConsumeContext<SessionEnded> context) =>
        connections.EndAsync(context.Message.SessionId, context.CancellationToken);
}
