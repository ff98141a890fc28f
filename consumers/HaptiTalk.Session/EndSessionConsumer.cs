using HaptiTalk.Contracts;
using HaptiTalk.Hosting;
using HaptiTalk.Messaging.Resilience;
using MassTransit;

namespace HaptiTalk.Session;

[ServiceProfile(SessionModule.ServiceName)]
internal sealed class EndSessionConsumer(ISessionStore sessions, TimeProvider time) : IConsumer<EndSession>
{
    public async Task Consume(ConsumeContext<EndSession> context)
    {
        string id = context.Message.SessionId;
        if (await sessions.EndAsync(id, time.GetUtcNow(), context.CancellationToken) is not { EndedAt: { } endedAt } session)
        {
            await context.RespondNotFoundAsync("session", id);
            return;
        }

        // Also when the session had ended before: the process may have died between the store and the announcement.
        await context.Publish(
            new SessionEnded(session.SessionId, session.UserId, session.Kind, session.StartedAt, endedAt), context.CancellationToken);
        await context.RespondAsync(session.ToInfo(owner: null));
    }
}
