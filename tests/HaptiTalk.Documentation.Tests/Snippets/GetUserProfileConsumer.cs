using HaptiTalk.Contracts;
using MassTransit;

namespace HaptiTalk.Documentation.Tests;

/// <summary>The consumer that snippets speak of.</summary>
public sealed class GetUserProfileConsumer : IConsumer<GetUserProfile>
{
    public Task Consume(ConsumeContext<GetUserProfile> context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return context.RespondAsync(UserProfile.Unnamed(context.Message.UserId));
    }
}
