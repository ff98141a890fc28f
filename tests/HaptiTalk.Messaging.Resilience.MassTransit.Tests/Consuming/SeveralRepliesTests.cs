using MassTransit;

namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>A consumer may say more than one thing to its requester: who may speak is a matter of the attempt, not of the number.</summary>
public sealed class SeveralRepliesTests
{
    private readonly Callee _callee = new();
    private readonly SentFaults<Ask> _faults = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task RespondAsync_ProgressAndThenTheAnswer_BothArrive(bool protect)
    {
        _callee.Behaviour = ReportsAndAnswers;
        await using TestBus bus = await StartAsync(protect: protect);

        (Task<Response<OtherAnswer>> progress, Task<Response<Answer>> answer) = Ask(bus);

        (await progress).Message.Number.ShouldBe(50);
        (await answer).Message.Text.ShouldBe("x");
        bus.Measured.Sum("late_replies").ShouldBe(0);
    }

    [Fact]
    public async Task RespondAsync_ProgressThatNobodyWaitsFor_TheAnswerArrives()
    {
        _callee.Behaviour = ReportsAndAnswers;
        await using TestBus bus = await StartAsync();

        Response<Answer> answer = await bus.Client<Ask>().GetResponse<Answer>(new Ask("x"), Token);

        answer.Message.Text.ShouldBe("x");
    }

    [Fact]
    public async Task RespondAsync_AttemptFailsAfterProgress_TheNextOneSpeaks()
    {
        _callee.Behaviour = async context =>
        {
            await context.RespondAsync(new OtherAnswer(50));
            if (_callee.Calls == 1)
                throw new InvalidOperationException("broken");
            await Callee.Answers(context);
        };
        await using TestBus bus = await StartAsync();

        (_, Task<Response<Answer>> answer) = Ask(bus);

        (await answer).Message.Text.ShouldBe("x");
        _callee.Calls.ShouldBe(2);
        bus.Measured.Sum("late_replies").ShouldBe(0);
    }

    [Fact]
    public async Task RespondAsync_EveryAttemptFailsAfterProgress_RequesterGetsTheFault()
    {
        _callee.Behaviour = static async context =>
        {
            await context.RespondAsync(new OtherAnswer(50));
            throw new InvalidOperationException("broken");
        };
        await using TestBus bus = await StartAsync();

        await Should.ThrowAsync<RequestFaultException>(bus.Client<Ask>().GetResponse<Answer>(new Ask("x"), Token));
        await bus.DeliveredAsync("ask");

        _faults.All.Count.ShouldBe(1);
    }

    [Fact]
    public async Task RespondAsync_AttemptFailsAfterProgressAndThereIsAFallback_TheFallbackAnswers()
    {
        _callee.Behaviour = static async context =>
        {
            await context.RespondAsync(new OtherAnswer(50));
            throw new InvalidOperationException("broken");
        };
        await using TestBus bus = await StartAsync(
            static resilience => resilience.AddFallback<Ask, Answer>(static (_, _) => new(new Answer("instead")), ResilienceSide.Consumer));

        Response<Answer> reply = await bus.Client<Ask>().GetResponse<Answer>(new Ask("x"), Token);

        reply.IsFallback().ShouldBeTrue();
    }

    [Fact]
    public async Task RespondAsync_AttemptThatWasGivenUp_SaysNothingMore()
    {
        var over = new TaskCompletionSource();
        _callee.Behaviour = async context =>
        {
            await over.Task;
            await ReportsAndAnswers(context);
        };
        await using TestBus bus = await StartAsync(settings: ["user:Timeout:DefaultTimeout=00:00:00.200"]);

        Task<Response<Answer>> answer = bus.Bus.CreateRequestClient<Ask>(RequestTimeout.After(m: 1)).GetResponse<Answer>(new Ask("x"), Token);
        await Should.ThrowAsync<RequestFaultException>(answer);
        over.SetResult();
        await bus.DeliveredAsync("ask");

        bus.Measured.Sum("late_replies", ("side", "consumer")).ShouldBe(2);
    }

    private static async Task ReportsAndAnswers(ConsumeContext<Ask> context)
    {
        await context.RespondAsync(new OtherAnswer(50));
        await Callee.Answers(context);
    }

    // Plain MassTransit waits for both, one after the other.
    private static (Task<Response<OtherAnswer>> Progress, Task<Response<Answer>> Answer) Ask(TestBus bus)
    {
        RequestHandle<Ask> handle = bus.Bus.CreateRequestClient<Ask>(RequestTimeout.After(s: 20)).Create(new Ask("x"), Token);
        return (handle.GetResponse<OtherAnswer>(readyToSend: false), handle.GetResponse<Answer>());
    }

    private async Task<TestBus> StartAsync(Action<IMessagingResilienceBuilder>? resilience = null, string[]? settings = null, bool protect = true)
    {
        TestBus bus = await TestBus.StartAsync(
            static _ => { },
            (_, memory) => memory.ReceiveEndpoint("ask", endpoint => endpoint.Handler<Ask>(_callee.ConsumeAsync)),
            resilience,
            Settings.Of(["user:Fallback:ErrorThreshold=1", .. settings ?? []]),
            protectConsumers: protect);
        _faults.Connect(bus.Bus);
        return bus;
    }
}
