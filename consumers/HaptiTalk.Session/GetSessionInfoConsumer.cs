using HaptiTalk.Contracts;
using HaptiTalk.Hosting;
using HaptiTalk.Messaging.Resilience;
using MassTransit;

namespace HaptiTalk.Session;

[ServiceProfile(SessionModule.ServiceName)]
internal sealed class GetSessionInfoConsumer(ISessionStore sessions, SessionOwner owner) : IConsumer<GetSessionInfo>
{
    public async Task Consume(ConsumeContext<GetSessionInfo> context)
    {
        string id = context.Message.SessionId;
        if (await sessions.FindAsync(id, context.CancellationToken) is { } session)
            await context.RespondAsync(session.ToInfo((await owner.FindAsync(session.UserId, context.CancellationToken)).Profile));
        else
            await context.RespondNotFoundAsync("session", id);
    }
}
