using MassTransit;

namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>Every way to reply reaches the requester through the gate, as it was given.</summary>
public sealed class ReplyTests
{
    private const string Header = "test-header";

    private static readonly Dictionary<string, Func<ConsumeContext<Ask>, Task>> Replies = new(StringComparer.Ordinal)
    {
        ["message"] = context => context.RespondAsync(Reply),
        ["message typed-pipe"] = context => context.RespondAsync(Reply, Pipe.Execute<SendContext<Inquire>>(SetHeader)),
        ["message pipe"] = context => context.RespondAsync(Reply, Pipe.Execute<SendContext>(SetHeader)),
        ["object"] = context => context.RespondAsync((object)Reply),
        ["object pipe"] = context => context.RespondAsync((object)Reply, Pipe.Execute<SendContext>(SetHeader)),
        ["object type"] = context => context.RespondAsync(Reply, Reply.GetType()),
        ["object type pipe"] = context => context.RespondAsync(Reply, Reply.GetType(), Pipe.Execute<SendContext>(SetHeader)),
        ["values"] = context => context.RespondAsync<Inquire>(Values),
        ["values typed-pipe"] = context => context.RespondAsync(Values, Pipe.Execute<SendContext<Inquire>>(SetHeader)),
        ["values pipe"] = context => context.RespondAsync<Inquire>(Values, Pipe.Execute<SendContext>(SetHeader)),
        ["not awaited"] = context =>
        {
            context.Respond(Reply);
            return Task.CompletedTask;
        },
    };

    public static TheoryData<string> Names => [.. Replies.Keys];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static Inquire Reply => new() { Text = "x" };

    private static object Values => new { Text = "x" };

    [Theory]
    [MemberData(nameof(Names))]
    public async Task RespondAsync_EveryOverload_ArrivesOnceInItsConversation(string overload)
    {
        var asked = new Collected<Ask>();
        await using TestBus bus = await TestBus.StartAsync(bus => bus.AddHandler(async (ConsumeContext<Ask> context) =>
        {
            await asked.AddAsync(context);
            await Replies[overload](context);
            if (context.GetRetryAttempt() == 0)
                throw new InvalidOperationException("replied once already");
        }).Endpoint(static endpoint => endpoint.Name = "ask"));

        Response<Inquire> reply = await bus.Client<Ask>().GetResponse<Inquire>(new Ask("x"), Token);
        await bus.DeliveredAsync("ask");

        reply.Message.ShouldBe(Reply);
        reply.Headers.TryGetHeader(Header, out _).ShouldBe(overload.EndsWith("pipe", StringComparison.Ordinal));
        ConsumeContext<Ask> request = await asked.NextAsync(Token);
        reply.ConversationId.ShouldBe(request.ConversationId);
        reply.RequestId.ShouldBe(request.RequestId);
        bus.Measured.Sum("late_replies").ShouldBe(1, "the second attempt replied too");
        bus.Measured.Sum("executions", ("side", "publisher")).ShouldBe(0);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task RespondAsync_HandlerGivesSomeValues_TheOthersAreTheRequests(bool protect)
    {
        await using TestBus bus = await TestBus.StartAsync(
            static _ => { },
            static (_, memory) => memory.ReceiveEndpoint("inquire", static endpoint => endpoint.Handler<Inquire>(
                static context => context.RespondAsync<Reported>(new { Number = 7 }))),
            protectConsumers: protect);

        Response<Reported> reply = await bus.Client<Inquire>().GetResponse<Reported>(new Inquire { Text = "the request's" }, Token);

        reply.Message.ShouldBe(new Reported { Text = "the request's", Number = 7 });
    }

    private static void SetHeader(SendContext context) => context.Headers.Set(Header, "set");

    public sealed record Reported
    {
        public string Text { get; init; } = "";

        public int Number { get; init; }
    }
}
