using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace HaptiTalk.Messaging.Resilience.Tests;

public sealed class FallbackRegistryTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(ResilienceSide.Client)]
    [InlineData(ResilienceSide.Consumer)]
    public void Find_NoSideGiven_AppliesToBoth(ResilienceSide side) =>
        Registry(builder => builder.AddFallback<Question, Answer>((_, _) => new(new Answer("degraded")))).Find<Question>(side).ShouldNotBeNull();

    [Fact]
    public void Find_SideGiven_AppliesToThatAlone()
    {
        FallbackRegistry registry = Registry(builder => builder.AddFallback<Question, Answer>((_, _) => new(new Answer("degraded")), ResilienceSide.Client));

        registry.Find<Question>(ResilienceSide.Client).ShouldNotBeNull();
        registry.Find<Question>(ResilienceSide.Consumer).ShouldBeNull();
    }

    [Fact]
    public void Find_OtherRequestOrReply_IsNothing()
    {
        FallbackRegistry registry = Registry(builder => builder.AddFallback<Question, Answer>((_, _) => new(new Answer("degraded"))));

        registry.Find<Answer>(ResilienceSide.Client).ShouldBeNull();
        registry.Find<Question>(ResilienceSide.Client, typeof(string)).ShouldBeNull();
        registry.Find<Question>(ResilienceSide.Client, typeof(string), typeof(Answer)).ShouldNotBeNull();
    }

    [Fact]
    public async Task Find_RegisteredTwice_TheLastWins()
    {
        FallbackRegistry registry = Registry(builder => builder
            .AddFallback<Question, Answer>((_, _) => new(new Answer("first")))
            .AddFallback<Question, Answer>((_, _) => new(new Answer("last"))));

        (await registry.Find<Question>(ResilienceSide.Client)!.CreateAsync(Context(), Cancellation)).ShouldBe(new Answer("last"));
    }

    [Fact]
    public async Task CreateAsync_Generator_SeesWhatItStandsInFor()
    {
        FallbackContext<Question>? seen = null;
        FallbackRegistry registry = Registry(builder => builder.AddFallback<Question, Answer>((context, _) =>
        {
            seen = context;
            return new(new Answer("degraded"));
        }));
        await registry.Find<Question>(ResilienceSide.Client)!.CreateAsync(Context(), Cancellation);

        (seen!.Request.Id, seen.Failure.Message, seen.Reason, seen.Service, seen.Operation, seen.Side)
            .ShouldBe((7, "broken", FallbackReason.Failed, "user", "question", ResilienceSide.Client));
    }

    [Fact]
    public async Task CreateAsync_GeneratorReturnsNull_SaysSo()
    {
        FallbackRegistry registry = Registry(builder => builder.AddFallback<Question, Answer>((_, _) => new((Answer)null!)));

        (await Should.ThrowAsync<InvalidOperationException>(async () => await registry.Find<Question>(ResilienceSide.Client)!.CreateAsync(Context(), Cancellation)))
            .Message.ShouldBe("The fallback for Question returned null; a reply needs a Answer.");
    }

    [Fact]
    public async Task CreateAsync_AConstantReply_IsIt()
    {
        var nobody = new Answer("nobody");
        FallbackRegistry registry = Registry(builder => builder.AddFallback<Question, Answer>(nobody, ResilienceSide.Client));

        (await registry.Find<Question>(ResilienceSide.Client)!.CreateAsync(Context(), Cancellation)).ShouldBeSameAs(nobody);
        registry.Find<Question>(ResilienceSide.Consumer).ShouldBeNull();
    }

    [Fact]
    public void AddFallback_NoReply_Throws() =>
        Should.Throw<ArgumentNullException>(() => Registry(builder => builder.AddFallback<Question, Answer>((Answer)null!)));

    private static FallbackContext<Question> Context() => new(new(7), new InvalidOperationException("broken"), FallbackReason.Failed, "user");

    private static FallbackRegistry Registry(Action<IMessagingResilienceBuilder> register)
    {
        IMessagingResilienceBuilder builder = new ServiceCollection().AddMessagingResilience(new ConfigurationBuilder().Build());
        register(builder);
        using ServiceProvider services = builder.Services.BuildServiceProvider();
        return services.GetRequiredService<FallbackRegistry>();
    }

    private sealed record Question(int Id);

    private sealed record Answer(string Text);
}
