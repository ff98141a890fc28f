using MassTransit;

namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>Requests with two or three possible replies: real ones and fallbacks are told apart by type all the same.</summary>
public sealed class AlternativeRepliesTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task GetResponse_TwoTypesAndSecondIsReplied_IsTheSecond()
    {
        await using TestBus bus = await StartAsync(context => context.RespondAsync(new OtherAnswer(7)));

        Response<Answer, OtherAnswer> reply = await bus.Client<Ask>().GetResponse<Answer, OtherAnswer>(new Ask("x"), Token);

        reply.Is(out Response<Answer>? _).ShouldBeFalse();
        reply.Is(out Response<OtherAnswer>? other).ShouldBeTrue();
        other.Message.Number.ShouldBe(7);
        reply.IsFallback().ShouldBeFalse();
    }

    [Fact]
    public async Task GetResponse_TwoTypesAndFallbackOfTheFirst_IsTheFirst()
    {
        await using TestBus bus = await StartAsync(
            Callee.Fails, resilience => resilience.AddFallback<Ask, Answer>((_, _) => new(new Answer("instead"))));

        Response<Answer, OtherAnswer> reply = await bus.Client<Ask>().GetResponse<Answer, OtherAnswer>(new Ask("x"), Token);

        reply.Is(out Response<Answer>? answer).ShouldBeTrue();
        answer.Message.Text.ShouldBe("instead");
        reply.Is(out Response<OtherAnswer>? _).ShouldBeFalse();
        reply.IsFallback(out FallbackReason reason).ShouldBeTrue();
        reason.ShouldBe(FallbackReason.Failed);
    }

    [Fact]
    public async Task GetResponse_ThreeTypesAndFallbackOfTheSecond_IsTheSecond()
    {
        await using TestBus bus = await StartAsync(
            Callee.Fails, resilience => resilience.AddFallback<Ask, OtherAnswer>((_, _) => new(new OtherAnswer(3))));

        Response<Answer, OtherAnswer, Outer> reply = await bus.Client<Ask>().GetResponse<Answer, OtherAnswer, Outer>(new Ask("x"), Token);

        reply.Is(out Response<OtherAnswer>? other).ShouldBeTrue();
        other.Message.Number.ShouldBe(3);
        reply.Is(out Response<Answer>? _).ShouldBeFalse();
        reply.Is(out Response<Outer>? _).ShouldBeFalse();
        reply.IsFallback().ShouldBeTrue();
    }

    [Fact]
    public async Task GetResponse_FallbackOfATypeNobodyWaitsFor_IsNotUsed()
    {
        await using TestBus bus = await StartAsync(
            Callee.Fails, resilience => resilience.AddFallback<Ask, OtherAnswer>((_, _) => new(new OtherAnswer(3))));

        await Should.ThrowAsync<RequestFaultException>(bus.Client<Ask>().GetResponse<Answer>(new Ask("x"), Token));
    }

    [Fact]
    public async Task GetResponse_OneFallbackPerReplyType_TheOneThatFitsIsUsed()
    {
        await using TestBus bus = await StartAsync(Callee.Fails, resilience => resilience
            .AddFallback<Ask, Answer>((_, _) => new(new Answer("instead")))
            .AddFallback<Ask, OtherAnswer>((_, _) => new(new OtherAnswer(3))));

        Response<Answer> one = await bus.Client<Ask>().GetResponse<Answer>(new Ask("x"), Token);
        Response<OtherAnswer> other = await bus.Client<Ask>().GetResponse<OtherAnswer>(new Ask("x"), Token);

        one.Message.Text.ShouldBe("instead");
        other.Message.Number.ShouldBe(3);
    }

    private static Task<TestBus> StartAsync(Func<ConsumeContext<Ask>, Task> callee, Action<IMessagingResilienceBuilder>? resilience = null) =>
        TestBus.StartAsync(
            static _ => { },
            (_, memory) => memory.ReceiveEndpoint("ask", endpoint => endpoint.Handler<Ask>(context => callee(context))),
            resilience,
            Settings.Of("user:Fallback:ErrorThreshold=1"),
            protectConsumers: false);
}
