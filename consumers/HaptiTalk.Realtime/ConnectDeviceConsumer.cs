using HaptiTalk.Contracts;
using HaptiTalk.Messaging.Resilience;
using MassTransit;

namespace HaptiTalk.Realtime;

[ServiceProfile(RealtimeModule.ServiceName)]
internal sealed class ConnectDeviceConsumer(IConnectionStore connections, IRequestClient<ValidateToken> auth, TimeProvider time)
    : IConsumer<ConnectDevice>
{
    public async Task Consume(ConsumeContext<ConnectDevice> context)
    {
        (string sessionId, string deviceId, string token) = context.Message;
        Response<TokenValidated> answer = await auth.GetResponse<TokenValidated>(new ValidateToken(token), context.CancellationToken);
        if (answer.Message.Verdict is not TokenVerdict.Valid)
        {
            await context.RespondAsync(new DeviceRefused(deviceId, answer.Message.Verdict));
            return;
        }

        await connections.ConnectAsync(sessionId, new LiveConnection(deviceId, time.GetUtcNow()), context.CancellationToken);
        await context.RespondAsync(new LiveConnections(sessionId, await connections.ReadAsync(sessionId, context.CancellationToken)));
    }
}
