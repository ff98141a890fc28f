using MassTransit;

namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>A requester says which replies it understands: a fallback that makes another kind is none to it.</summary>
public sealed class AcceptedFallbackTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task GetResponse_FallbackMakesWhatTheRequesterDoesNotAccept_RequesterGetsTheFault()
    {
        await using TestBus bus = await StartAsync();

        RequestFaultException fault = await Should.ThrowAsync<RequestFaultException>(Client(bus).GetResponse<OtherAnswer>(new Ask("x"), Token));

        fault.Fault!.Exceptions[0].Message.ShouldBe("broken");
        (await bus.DeadLettersAsync("ask")).Errors.Count.ShouldBe(1);
    }

    [Fact]
    public async Task GetResponse_FallbackMakesOneOfTheAcceptedTypes_IsAnsweredByIt()
    {
        await using TestBus bus = await StartAsync();

        Response<OtherAnswer, Answer> reply = await Client(bus).GetResponse<OtherAnswer, Answer>(new Ask("x"), Token);

        reply.IsFallback().ShouldBeTrue();
    }

    [Fact]
    public async Task GetResponse_FallbackMakesAnImplementationOfTheAcceptedInterface_IsAnsweredByIt()
    {
        await using TestBus bus = await StartAsync(
            static resilience => resilience.AddFallback<Ask, Detailed>(static (_, _) => new(new Detailed { Text = "instead" }), ResilienceSide.Consumer));

        Response<IText> reply = await Client(bus).GetResponse<IText>(new Ask("x"), Token);

        reply.Message.Text.ShouldBe("instead");
    }

    [Theory]
    [InlineData(5)]
    [InlineData("nonsense")]
    public async Task GetResponse_TheHeaderSaysNothingReadable_IsAnsweredAsIfThereWereNone(object header)
    {
        await using TestBus bus = await StartAsync();
        using RequestHandle<Ask> handle = Client(bus).Create(new Ask("x"), Token);
        handle.UseExecute(context => context.Headers.Set(MessageHeaders.Request.Accept, header));

        (await handle.GetResponse<Answer>()).Message.Text.ShouldBe("instead");
    }

    // Plain MassTransit asks, so that what is seen is the consumer's side alone.
    private static IRequestClient<Ask> Client(TestBus bus) => bus.Bus.CreateRequestClient<Ask>(RequestTimeout.After(s: 30));

    private static Task<TestBus> StartAsync(Action<IMessagingResilienceBuilder>? resilience = null) => TestBus.StartAsync(
        static _ => { },
        static (_, memory) => memory.ReceiveEndpoint("ask", static endpoint => endpoint.Handler<Ask>(Callee.Fails)),
        resilience ?? (static resilience => resilience.AddFallback<Ask, Answer>(static (_, _) => new(new Answer("instead")), ResilienceSide.Consumer)),
        Settings.Of("user:Fallback:ErrorThreshold=1", "user:Retry:MaxRetries=0"),
        watch: "ask");

    public interface IText
    {
        string Text { get; }
    }

    public sealed record Detailed : IText
    {
        public string Text { get; init; } = "";
    }
}
