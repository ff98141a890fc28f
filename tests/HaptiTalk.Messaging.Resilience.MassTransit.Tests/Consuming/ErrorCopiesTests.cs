using MassTransit;

namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>Whether a request that has failed leaves a copy is the choice of who consumes it.</summary>
public sealed class ErrorCopiesTests
{
    private const string Never = "user:Requests:ErrorCopies=Never";

    private readonly Callee _callee = new() { Behaviour = Callee.Fails };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("user:Requests:ErrorCopies=Always", 1)]
    [InlineData("user:Requests:Durable=true", 1)]
    [InlineData(Never, 0)]
    public async Task GetResponse_ConsumerFails_RequesterHasTheFaultAndTheCopyIsAChoice(string setting, int copies)
    {
        await using TestBus bus = await StartAsync(setting);

        RequestFaultException fault = await Should.ThrowAsync<RequestFaultException>(bus.Client<Ask>().GetResponse<Answer>(new Ask("x"), Token));
        DeadLetters left = await bus.DeadLettersAsync("ask");

        fault.Fault!.Exceptions[0].Message.ShouldBe("broken");
        left.Errors.Count.ShouldBe(copies);
        left.Skipped.ShouldBeEmpty();
        bus.Measured.Sum("executions", ("side", "consumer"), ("result", "failure")).ShouldBe(1);
    }

    [Fact]
    public async Task Publish_NeverAndConsumerFails_KeepsItsCopy()
    {
        await using TestBus bus = await StartAsync(Never);

        await bus.Bus.Publish(new Ask("x"), Token);

        (await bus.DeadLettersAsync("ask")).Errors.Count.ShouldBe(1);
    }

    [Fact]
    public async Task GetResponse_NeverAndConsumerFailsAfterItsReply_KeepsItsCopy()
    {
        _callee.Behaviour = static async context =>
        {
            await Callee.Answers(context);
            throw new InvalidOperationException("broken");
        };
        await using TestBus bus = await StartAsync(Never);

        await bus.Client<Ask>().GetResponse<Answer>(new Ask("x"), Token);

        (await bus.DeadLettersAsync("ask")).Errors.Count.ShouldBe(1, "its requester knows nothing of the failure");
    }

    [Fact]
    public async Task GetResponse_NeverAndFaultCannotBeSent_KeepsItsCopy()
    {
        await using TestBus bus = await StartAsync(Never);
        bus.Bus.ConnectSendObserver(new UnsendableFaults());

        await bus.Bus.CreateRequestClient<Ask>(RequestTimeout.After(s: 1)).GetResponse<Answer>(new Ask("x"), Token)
            .ContinueWith(static _ => { }, Token, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);

        (await bus.DeadLettersAsync("ask")).Errors.Count.ShouldBe(1);
    }

    [Fact]
    public async Task GetResponse_NeverAndRedeliveredByMassTransit_IsRedeliveredAllTheSame()
    {
        await using TestBus bus = await TestBus.StartAsync(
            static _ => { },
            (context, memory) => memory.ReceiveEndpoint("ask", endpoint =>
            {
                endpoint.UseDelayedRedelivery(static redelivery => redelivery.Interval(1, TimeSpan.FromMilliseconds(10)));
                endpoint.UseMessagingResilience(context);
                endpoint.Handler<Ask>(_callee.ConsumeAsync);
            }),
            settings: Settings.Of("user:Retry:MaxRetries=0", Never),
            watch: "ask",
            protectConsumers: false);

        await Should.ThrowAsync<RequestFaultException>(bus.Client<Ask>().GetResponse<Answer>(new Ask("x"), Token));

        (await bus.DeadLettersAsync("ask", deliveries: 2)).Errors.ShouldBeEmpty();
        _callee.Calls.ShouldBe(2);
    }

    private Task<TestBus> StartAsync(string setting) => TestBus.StartAsync(
        static _ => { },
        (_, memory) => memory.ReceiveEndpoint("ask", endpoint => endpoint.Handler<Ask>(_callee.ConsumeAsync)),
        settings: Settings.Of("user:Retry:MaxRetries=0", setting),
        watch: "ask");

    private sealed class UnsendableFaults : ISendObserver
    {
        public Task PreSend<T>(SendContext<T> context)
            where T : class =>
            context.Message is Fault<Ask> ? throw new InvalidOperationException("no way to the requester") : Task.CompletedTask;

        public Task PostSend<T>(SendContext<T> context)
            where T : class =>
            Task.CompletedTask;

        public Task SendFault<T>(SendContext<T> context, Exception exception)
            where T : class =>
            Task.CompletedTask;
    }
}
