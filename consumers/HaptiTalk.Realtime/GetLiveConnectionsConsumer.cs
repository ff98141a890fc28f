using HaptiTalk.Contracts;
using HaptiTalk.Messaging.Resilience;
using MassTransit;

namespace HaptiTalk.Realtime;

[ServiceProfile(RealtimeModule.ServiceName)]
internal sealed class GetLiveConnectionsConsumer(IConnectionStore connections) : IConsumer<GetLiveConnections>
{
    public async Task Consume(ConsumeContext<GetLiveConnections> context)
    {
        string sessionId = context.Message.SessionId;
        await context.RespondAsync(new LiveConnections(sessionId, await connections.ReadAsync(sessionId, context.CancellationToken)));
    }
}
