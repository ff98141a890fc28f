using HaptiTalk.Contracts;
using HaptiTalk.Hosting;
using HaptiTalk.Messaging.Resilience;
using MassTransit;

namespace HaptiTalk.User;

[ServiceProfile(UserModule.ServiceName)]
internal sealed class UpdateUserProfileConsumer(IUserStore users) : IConsumer<UpdateUserProfile>
{
    public async Task Consume(ConsumeContext<UpdateUserProfile> context)
    {
        (string id, string? name, string? locale) = context.Message;
        if (await users.UpdateAsync(id, name, locale, context.CancellationToken) is { } profile)
            await context.RespondAsync(profile);
        else
            await context.RespondNotFoundAsync("user", id);
    }
}
