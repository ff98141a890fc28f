using HaptiTalk.Contracts;
using HaptiTalk.Hosting;
using HaptiTalk.Messaging.Resilience;
using MassTransit;

namespace HaptiTalk.User;

[ServiceProfile(UserModule.ServiceName)]
internal sealed class GetUserProfileConsumer(IUserStore users) : IConsumer<GetUserProfile>
{
    public async Task Consume(ConsumeContext<GetUserProfile> context)
    {
        string id = context.Message.UserId;
        if (await users.FindAsync(id, context.CancellationToken) is { } profile)
            await context.RespondAsync(profile);
        else
            await context.RespondNotFoundAsync("user", id);
    }
}
