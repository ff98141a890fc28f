using MassTransit;

namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>A fallback reply that takes longer than what a run whose time is over has left for it.</summary>
public sealed class SlowFallbackTests
{
    private readonly TaskCompletionSource _gate = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Send_FallbackMakesItsReplyAfterTheFault_ReplyIsSuppressedAndCounted()
    {
        await using TestBus bus = await StartAsync(async _ => await _gate.Task);
        Task suppressed = bus.Measured.ReachedAsync(1, "late_replies", ("side", "consumer"));
        var replied = new TaskCompletionSource();
        bus.Bus.ConnectSendObserver(new Answers
        {
            OnFaultSent = async () =>
            {
                _gate.SetResult();
                await Task.WhenAny(suppressed, replied.Task);
            },
            OnReplySent = replied.SetResult,
        });

        await Should.ThrowAsync<RequestFaultException>(AskAsync(bus));
        await bus.DeliveredAsync("ask");

        replied.Task.IsCompleted.ShouldBeFalse("the requester has its answer, and got a second one");
    }

    [Fact]
    public async Task Send_BrokerTakesTheFallbackReplySlowly_NothingIsInTheErrorQueue()
    {
        await using TestBus bus = await StartAsync(static _ => Task.CompletedTask);
        bus.Bus.ConnectSendObserver(new Answers { OnReplySending = SlowlyAsync });

        Response<Answer> reply = await AskAsync(bus);
        DeadLetters left = await bus.DeadLettersAsync("ask");

        reply.IsFallback().ShouldBeTrue();
        left.Errors.ShouldBeEmpty();
    }

    [Fact]
    public async Task Send_FallbackHangs_IsToldWhenItsTimeIsOver()
    {
        var told = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using TestBus bus = await StartAsync(async token =>
        {
            await Task.Delay(Timeout.Infinite, token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            told.SetResult();
        });

        await Should.ThrowAsync<RequestFaultException>(AskAsync(bus));
        await told.Task.WaitAsync(Token);
    }

    private static async Task SlowlyAsync() => await new TaskCompletionSource().Task
        .WaitAsync(TimeSpan.FromMilliseconds(300), TimeProvider.System, Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    private static Task<Response<Answer>> AskAsync(TestBus bus) =>
        bus.Bus.CreateRequestClient<Ask>(RequestTimeout.After(m: 1)).GetResponse<Answer>(new Ask("x"), Token);

    private static Task<TestBus> StartAsync(Func<CancellationToken, Task> fallingBack) => TestBus.StartAsync(
        static _ => { },
        static (context, memory) => memory.ReceiveEndpoint("ask", endpoint =>
        {
            endpoint.UseMessagingResilience(context, "session");
            endpoint.Handler<Ask>(static ask => new TaskCompletionSource().Task.WaitAsync(ask.CancellationToken));
        }),
        resilience => resilience.AddFallback<Ask, Answer>(
            async (_, token) =>
            {
                await fallingBack(token);
                return new("instead");
            },
            ResilienceSide.Consumer),
        Settings.Of("session:Retry:MaxRetries=0", "session:Timeout:DefaultTimeout=00:00:00.200", "session:Fallback:ErrorThreshold=1"),
        watch: "ask");

    private sealed class Answers : ISendObserver
    {
        public Func<Task> OnFaultSent { get; init; } = static () => Task.CompletedTask;

        public Func<Task> OnReplySending { get; init; } = static () => Task.CompletedTask;

        public Action OnReplySent { get; init; } = static () => { };

        public Task PreSend<T>(SendContext<T> context)
            where T : class =>
            context.Message is Answer ? OnReplySending() : Task.CompletedTask;

        public Task PostSend<T>(SendContext<T> context)
            where T : class
        {
            if (context.Message is Answer)
                OnReplySent();
            return context.Message is Fault ? OnFaultSent() : Task.CompletedTask;
        }

        public Task SendFault<T>(SendContext<T> context, Exception exception)
            where T : class =>
            Task.CompletedTask;
    }
}
