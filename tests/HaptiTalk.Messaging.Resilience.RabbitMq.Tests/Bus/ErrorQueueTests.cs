using HaptiTalk.Messaging.Resilience.Brokers;
using HaptiTalk.Messaging.Resilience.Tests;
using MassTransit;

namespace HaptiTalk.Messaging.Resilience.RabbitMq.Tests.Bus;

/// <summary>What a delivery leaves in the real error and skipped queues.</summary>
public sealed class ErrorQueueTests(BrokerFixture broker)
{
    private readonly Callee _callee = new() { Behaviour = Callee.Fails };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Send_EveryAttemptFails_OneCopySaysWhoFailedAndHowOften()
    {
        await using VirtualHost host = await broker.CreateVirtualHostAsync(Token);
        await using RabbitBus bus = await StartAsync(host);

        await Should.ThrowAsync<RequestFaultException>(AskAsync(bus));
        await bus.DeliveredAsync("ask");

        Dictionary<string, string> error = (await Queue.TakeAllAsync(host, "ask_error")).ShouldHaveSingleItem();
        error["MT-Reason"].ShouldBe("fault");
        error["MT-Fault-ExceptionType"].ShouldBe("System.InvalidOperationException");
        error["MT-Fault-Message"].ShouldBe("broken");
        error["MT-Fault-RetryCount"].ShouldBe("3");
        error["MT-Fault-ConsumerType"].ShouldContain("MessageHandler");
        error["MT-Fault-MessageType"].ShouldContain(nameof(Ask));
        error["MT-Fault-StackTrace"].ShouldContain(nameof(Callee));
        error["MT-Fault-InputAddress"].ShouldEndWith("/ask");
        _callee.Calls.ShouldBe(4);
        (await Queue.CountAsync(host, "ask_skipped") ?? 0).ShouldBe(0u);
    }

    [Fact]
    public async Task Send_AttemptTooLong_CopySaysSoAndNotThatSomethingWasCancelled()
    {
        _callee.Behaviour = static context => new TaskCompletionSource().Task.WaitAsync(context.CancellationToken);
        await using VirtualHost host = await broker.CreateVirtualHostAsync(Token);
        await using RabbitBus bus = await StartAsync(host, "user:Timeout:DefaultTimeout=00:00:00.400");

        // The caller is MassTransit's own and waits longer.
        await Should.ThrowAsync<RequestFaultException>(
            bus.Bus.CreateRequestClient<Ask>(RequestTimeout.After(m: 1)).GetResponse<Answer>(new Ask("x"), Token));
        await bus.DeliveredAsync("ask");

        Dictionary<string, string> error = (await Queue.TakeAllAsync(host, "ask_error")).ShouldHaveSingleItem();
        error["MT-Fault-ExceptionType"].ShouldEndWith(nameof(ExecutionTimeoutException));
        error["MT-Fault-Message"].ShouldContain("'ask' of 'user' did not answer within 0.4 s");
    }

    [Fact]
    public async Task Send_RefusedByAnOpenBreaker_LeavesNothing()
    {
        await using VirtualHost host = await broker.CreateVirtualHostAsync(Token);
        await using RabbitBus bus = await StartAsync(
            host, "user:Retry:MaxRetries=0", "user:CircuitBreaker:FailureThreshold=1", "user:CircuitBreaker:ResetTimeout=10:00:00");
        IRequestClient<Ask> plain = bus.Bus.CreateRequestClient<Ask>();
        await Should.ThrowAsync<RequestFaultException>(plain.GetResponse<Answer>(new Ask("opens it"), Token));

        for (int call = 0; call < 3; call++)
        {
            RequestFaultException refused = await Should.ThrowAsync<RequestFaultException>(plain.GetResponse<Answer>(new Ask("x"), Token));
            refused.Fault!.Exceptions[0].ExceptionType.ShouldEndWith(nameof(CircuitOpenRejectedException));
        }

        await bus.DeliveredAsync("ask", 4);
        _callee.Calls.ShouldBe(1);
        (await Queue.TakeAllAsync(host, "ask_error")).Count.ShouldBe(1, "only the first ran");
        (await Queue.CountAsync(host, "ask_skipped") ?? 0).ShouldBe(0u);
        (await Queue.CountAsync(host, "ask")).ShouldBe(0u);
    }

    [Fact]
    public async Task Send_ConsumerRepliesAndThenFails_RequesterKeepsTheReplyAndErrorQueueGetsOneCopy()
    {
        _callee.Behaviour = static async context =>
        {
            await Callee.Answers(context);
            throw new InvalidOperationException("after the reply");
        };
        await using VirtualHost host = await broker.CreateVirtualHostAsync(Token);
        await using RabbitBus bus = await StartAsync(host);

        Response<Answer> reply = await AskAsync(bus);
        await bus.DeliveredAsync("ask");

        reply.Message.Text.ShouldBe("x");
        Dictionary<string, string> error = (await Queue.TakeAllAsync(host, "ask_error")).ShouldHaveSingleItem();
        error["MT-Fault-Message"].ShouldBe("after the reply");
    }

    private static Task<Response<Answer>> AskAsync(RabbitBus bus) => bus.Client<Ask>().GetResponse<Answer>(new Ask("x"), Token);

    private Task<RabbitBus> StartAsync(VirtualHost host, params ReadOnlySpan<string> settings) => RabbitBus.StartAsync(
        host,
        (_, rabbit) => rabbit.ReceiveEndpoint("ask", endpoint => endpoint.Handler<Ask>(_callee.ConsumeAsync)),
        Settings.Of(settings));
}
