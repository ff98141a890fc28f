using HaptiTalk.Contracts;

namespace HaptiTalk.Consumers.Tests;

public sealed class UserTests
{
    [Fact]
    public async Task GetUserProfile_KnownUser_AnswersFromTheStore()
    {
        await using ServiceBus bus = await ServiceBus.StartAsync();

        UserProfile profile = await bus.AskAsync<GetUserProfile, UserProfile>(new GetUserProfile("user-001"));

        profile.ShouldBe(new UserProfile("user-001", "Seoyeon Kim", "user-001@haptitalk.example", "ko"));
    }

    [Fact]
    public async Task UpdateUserProfile_NewName_IsSeenByTheNextReader()
    {
        await using ServiceBus bus = await ServiceBus.StartAsync();

        await bus.AskAsync<UpdateUserProfile, UserProfile>(new UpdateUserProfile("user-001", Name: "Seo"));

        UserProfile profile = await bus.AskAsync<GetUserProfile, UserProfile>(new GetUserProfile("user-001"));
        profile.ShouldBe(new UserProfile("user-001", "Seo", "user-001@haptitalk.example", "ko"));
    }
}
