using MassTransit;

namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>Replies that cannot be written: nobody has been answered by them, so somebody else may.</summary>
public sealed class FailingReplyTests
{
    private readonly FailingBroker<Answer> _broker = new();
    private readonly Callee _callee = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task RespondAsync_FirstAttemptsReplyIsNotWritten_TheSecondAttemptsIs()
    {
        _broker.Write = static write => write == 1 ? FailingBroker.Fails(write) : Task.CompletedTask;
        await using TestBus bus = await StartAsync();

        Response<Answer> reply = await AskAsync(bus);

        reply.Message.Text.ShouldBe("x");
        _callee.Calls.ShouldBe(2);
    }

    [Fact]
    public async Task RespondAsync_FallbacksReplyIsNotWritten_RequesterGetsTheFault()
    {
        _callee.Behaviour = Callee.Fails;
        _broker.Write = FailingBroker.Fails;
        await using TestBus bus = await StartAsync(static resilience =>
            resilience.AddFallback<Ask, Answer>(static (_, _) => new(new Answer("instead")), ResilienceSide.Consumer));

        RequestFaultException fault = await Should.ThrowAsync<RequestFaultException>(AskAsync(bus));

        fault.Fault!.Exceptions[0].Message.ShouldBe("broken");
        (await bus.DeadLettersAsync("ask")).Errors.Count.ShouldBe(1);
    }

    private static Task<Response<Answer>> AskAsync(TestBus bus) => bus.Client<Ask>().GetResponse<Answer>(new Ask("x"), Token);

    private async Task<TestBus> StartAsync(Action<IMessagingResilienceBuilder>? resilience = null)
    {
        TestBus bus = await TestBus.StartAsync(
            static _ => { },
            (_, memory) => memory.ReceiveEndpoint("ask", endpoint => endpoint.Handler<Ask>(_callee.ConsumeAsync)),
            resilience,
            Settings.Of("user:Fallback:ErrorThreshold=1", "user:Timeout:DefaultTimeout=00:00:20"),
            watch: "ask");
        _broker.Connect(bus.Bus);
        return bus;
    }
}
