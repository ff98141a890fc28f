using System.ComponentModel.DataAnnotations;
using HaptiTalk.Contracts;
using HaptiTalk.Hosting;
using HaptiTalk.Messaging.Resilience;
using MassTransit;

namespace HaptiTalk.Session;

[ServiceProfile(SessionModule.ServiceName)]
internal sealed class StartSessionConsumer(ISessionStore sessions, SessionOwner owner, TimeProvider time) : IConsumer<StartSession>
{
    public async Task Consume(ConsumeContext<StartSession> context)
    {
        (string id, string userId, SessionKind kind) = context.Message;
        if (!(await owner.FindAsync(userId, context.CancellationToken)).Exists)
        {
            await context.RespondNotFoundAsync("user", userId);
            return;
        }

        StoredSession session = await sessions.StartAsync(id, userId, kind, time.GetUtcNow(), context.CancellationToken);
        if (session.UserId != userId)
            throw new ValidationException($"SessionId '{id}' is taken by another user's session.");

        await context.RespondAsync(new SessionStarted(session.SessionId, session.UserId, session.StartedAt));
    }
}
