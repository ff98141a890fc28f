using MassTransit;

namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>How a delivery ends that no attempt could save.</summary>
public sealed class ConsumeFaultTests
{
    private readonly Callee _callee = new() { Behaviour = Callee.Fails };
    private readonly SentFaults<Ask> _faults = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Send_EveryAttemptFails_OneFaultIsSent()
    {
        await using TestBus bus = await StartAsync();

        await Should.ThrowAsync<RequestFaultException>(bus.Client<Ask>().GetResponse<Answer>(new Ask("x"), Token));
        await bus.DeliveredAsync("ask");

        _callee.Calls.ShouldBe(4);
        _faults.All.ShouldHaveSingleItem().Exceptions[0].Message.ShouldBe("broken");
    }

    [Fact]
    public async Task Send_EveryAttemptFails_ErrorCopySaysWhoFailedAndHowOften()
    {
        await using TestBus bus = await StartAsync();

        await Should.ThrowAsync<RequestFaultException>(bus.Client<Ask>().GetResponse<Answer>(new Ask("x"), Token));
        Headers error = (await bus.DeadLettersAsync("ask")).Errors.ShouldHaveSingleItem();

        Text(error, MessageHeaders.FaultExceptionType).ShouldBe("System.InvalidOperationException");
        Text(error, MessageHeaders.FaultMessage).ShouldBe("broken");
        Text(error, MessageHeaders.FaultRetryCount).ShouldBe("3");
        Text(error, MessageHeaders.FaultConsumerType).ShouldNotBeNullOrEmpty();
        Text(error, MessageHeaders.FaultMessageType).ShouldNotBeNull().ShouldContain(nameof(Ask));
    }

    [Fact]
    public async Task Send_ConsumerRepliesAndThenFails_RequesterKeepsTheReplyAndErrorQueueGetsItsCopy()
    {
        _callee.Behaviour = async context =>
        {
            await Callee.Answers(context);
            throw new InvalidOperationException("after the reply");
        };
        await using TestBus bus = await StartAsync();

        Response<Answer> reply = await bus.Client<Ask>().GetResponse<Answer>(new Ask("x"), Token);
        DeadLetters left = await bus.DeadLettersAsync("ask");

        reply.Message.Text.ShouldBe("x");
        _faults.All.ShouldBeEmpty();
        left.Errors.Count.ShouldBe(1);
        Text(left.Errors[0], MessageHeaders.FaultMessage).ShouldBe("after the reply");
        bus.Measured.Sum("late_replies", ("side", "consumer")).ShouldBe(3, "each repeat replied again");
    }

    [Fact]
    public async Task Send_ConsumerHonoursItsToken_RequesterStillGetsTheFault()
    {
        // MassTransit sends no fault once the token of the context has been cancelled; the attempt's token is another.
        _callee.Behaviour = static context => new TaskCompletionSource().Task.WaitAsync(context.CancellationToken);
        await using TestBus bus = await StartAsync("user:Retry:MaxRetries=1", "user:Timeout:AttemptTimeout=00:00:00.050");

        RequestFaultException fault = await Should.ThrowAsync<RequestFaultException>(
            bus.Bus.CreateRequestClient<Ask>(RequestTimeout.After(m: 1)).GetResponse<Answer>(new Ask("x"), Token));

        fault.Fault!.Exceptions[0].ExceptionType.ShouldEndWith(nameof(ExecutionTimeoutException));
        (await bus.DeadLettersAsync("ask")).Errors.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Send_ConsumerCancelsItself_IsAFailureThatEndsInTheErrorQueue()
    {
        _callee.Behaviour = static _ => throw new TaskCanceledException("the consumer's own HTTP call");
        await using TestBus bus = await StartAsync();

        await Should.ThrowAsync<RequestFaultException>(bus.Client<Ask>().GetResponse<Answer>(new Ask("x"), Token));

        _callee.Calls.ShouldBe(4);
        (await bus.DeadLettersAsync("ask")).Errors.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Send_EventThatFails_PublishesOneFault()
    {
        var faults = new SentFaults<Happened>();
        await using TestBus bus = await TestBus.StartAsync(
            static bus => bus.AddHandler(static (ConsumeContext<Happened> _) => throw new InvalidOperationException("broken"))
                .Endpoint(static endpoint => endpoint.Name = "happened"),
            watch: "happened");
        faults.Connect(bus.Bus);

        await bus.Bus.Publish(new Happened(1), Token);
        DeadLetters left = await bus.DeadLettersAsync("happened");

        left.Errors.Count.ShouldBe(1);
        faults.All.ShouldHaveSingleItem().Message.ShouldBe(new Happened(1));
    }

    private static string? Text(Headers headers, string key) => headers.TryGetHeader(key, out object? value) ? value.ToString() : null;

    private async Task<TestBus> StartAsync(params string[] settings)
    {
        TestBus bus = await TestBus.StartAsync(
            bus => bus.AddHandler((ConsumeContext<Ask> context) => _callee.ConsumeAsync(context)).Endpoint(static endpoint => endpoint.Name = "ask"),
            settings: Settings.Of(settings),
            watch: "ask");
        _faults.Connect(bus.Bus);
        return bus;
    }
}
