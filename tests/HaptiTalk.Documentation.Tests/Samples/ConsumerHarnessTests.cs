using HaptiTalk.Contracts;
using HaptiTalk.Messaging.Resilience;
using MassTransit;
using MassTransit.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace HaptiTalk.Documentation.Tests;

/// <summary>A consumer under its profile, in MassTransit's test harness, as users test theirs.</summary>
public sealed class ConsumerHarnessTests
{
    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task GetUserProfile_FirstAttemptFails_IsAnsweredByTheSecond()
    {
        IConfiguration configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Resilience:Service"] = "user",
            ["Resilience:Profiles:user:Retry:InitialDelay"] = "00:00:00.001",
        }).Build();
        IServiceCollection services = new ServiceCollection().AddSingleton<Flaw>();
        services.AddMessagingResilience(configuration);
        services.AddMassTransitTestHarness(bus =>
        {
            bus.AddConsumer<FlawedConsumer>();
            bus.AddMessagingResilience();
            bus.UsingInMemory((context, memory) =>
            {
                memory.UseMessagingResilience(context);
                memory.ConfigureEndpoints(context);
            });
        });
        await using ServiceProvider provider = services.BuildServiceProvider(validateScopes: true);
        ITestHarness harness = await provider.StartTestHarness();

        Response<UserProfile> reply = await harness.GetRequestClient<GetUserProfile>()
            .GetResponse<UserProfile>(new GetUserProfile("u-1"), CancellationToken);

        reply.Message.Id.ShouldBe("u-1");
        reply.IsFallback().ShouldBeFalse();
        provider.GetRequiredService<Flaw>().Attempts.ShouldBe(2);
    }

    /// <summary>Counts over attempts: each has a consumer of its own.</summary>
    public sealed class Flaw
    {
        public int Attempts { get; set; }
    }

    public sealed class FlawedConsumer(Flaw flaw) : IConsumer<GetUserProfile>
    {
        public Task Consume(ConsumeContext<GetUserProfile> context)
        {
            ArgumentNullException.ThrowIfNull(context);
            flaw.Attempts++;
            return flaw.Attempts == 1
                ? throw new TimeoutException("The database did not answer.")
                : context.RespondAsync(UserProfile.Unnamed(context.Message.UserId));
        }
    }
}
