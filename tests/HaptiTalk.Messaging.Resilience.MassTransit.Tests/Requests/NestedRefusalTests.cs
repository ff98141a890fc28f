using System.Collections.Concurrent;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;

namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>What is refused inside the consumer of a request stays a refusal on its way up. <c>Outer</c> belongs to <c>session</c>, and its consumer asks <c>user</c>.</summary>
public sealed class NestedRefusalTests
{
    private readonly ConcurrentQueue<string> _ran = new();
    private readonly SentFaults<Outer> _faults = new();
    private readonly Collected<Ask> _asked = new();
    private readonly TaskCompletionSource _gate = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Func<ConsumeContext<Outer>, IServiceProvider, Task> _behaviour = AskAsync;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<string> Refusals => ["called service isolated", "own client isolated", "local work isolated", "carried", "bulkhead", "broker"];

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task GetResponse_RefusedInsideTheConsumer_IsARefusalThatNamesItsOrigin(string refusal)
    {
        await using TestBus bus = await StartAsync(refusal);

        RejectedException refused = await RefusedAsync(bus);

        refused.IsRemote.ShouldBeTrue();
        (refused.Service, refused.Depth).ShouldBe(("user", 2));
        refused.Operation.ShouldBe(refusal == "local work isolated" ? "execute" : "ask");
        refused.Message.ShouldStartWith("'user' refused, two calls below this process.");
        (refused is BulkheadFullRejectedException).ShouldBe(refusal == "bulkhead");
        (refused is BrokerUnavailableRejectedException).ShouldBe(refusal == "broker");
    }

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task GetResponse_RefusedInsideTheConsumer_LeavesNothingAndCountsAsRejected(string refusal)
    {
        await using TestBus bus = await StartAsync(refusal);

        await RefusedAsync(bus);
        DeadLetters left = await bus.DeadLettersAsync("outer");

        left.Errors.ShouldBeEmpty();
        left.Skipped.ShouldBeEmpty();
        _faults.All.Count.ShouldBe(1, "the requester's");
        foreach (ServiceSnapshot snapshot in bus.Resilience.GetSnapshot())
            snapshot.FailureCount.ShouldBe(0, snapshot.ToString());
        bus.Measured.Sum("executions", ("service", "session"), ("side", "consumer"), ("result", "rejected"), ("origin", "user")).ShouldBe(1);
        bus.Measured.Sum("executions", ("service", "session"), ("side", "client"), ("result", "rejected"), ("origin", "user")).ShouldBe(1);
        bus.Measured.Sum("circuit_breaker_calls", ("result", "failure")).ShouldBe(0);
    }

    [Fact]
    public async Task GetResponse_RefusedInsideTheConsumerWithAHint_SaysWhenToComeAgainAndIsNotRepeatedAbove()
    {
        await using TestBus bus = await StartAsync("bulkhead", "session:Retry:MaxRetries=2");

        RejectedException refused = await RefusedAsync(bus);

        refused.RetryAfter.ShouldBe(TimeSpan.FromMilliseconds(5));
        _ran.Count.ShouldBe(3, "the consumer has repeated it");
    }

    [Fact]
    public async Task GetResponse_ConsumerAnswersInItsPlace_IsThatAnswer()
    {
        _behaviour = static async (context, services) =>
        {
            await Should.ThrowAsync<RejectedException>(AskAsync(context, services));
            await context.RespondAsync(new Answer("another"));
        };
        await using TestBus bus = await StartAsync("called service isolated");

        (await bus.Client<Outer>().GetResponse<Answer>(new Outer("x"), Token)).Message.Text.ShouldBe("another");
    }

    [Fact]
    public async Task GetResponse_ConsumerHasAnsweredBeforeItIsRefused_IsThatAnswer()
    {
        _behaviour = static async (context, services) =>
        {
            await context.RespondAsync(new Answer("early"));
            await AskAsync(context, services);
        };
        await using TestBus bus = await StartAsync("called service isolated");

        (await bus.Client<Outer>().GetResponse<Answer>(new Outer("x"), Token)).Message.Text.ShouldBe("early");

        (await bus.DeadLettersAsync("outer")).Errors.ShouldBeEmpty();
        _faults.All.ShouldBeEmpty();
    }

    [Fact]
    public async Task GetResponse_SomethingElseFailsAsWell_IsAFailure()
    {
        _behaviour = static async (context, services) =>
        {
            Task asking = AskAsync(context, services);
            await Should.ThrowAsync<RejectedException>(asking);
            throw new AggregateException(asking.Exception!.InnerException!, new InvalidOperationException("broken"));
        };
        await using TestBus bus = await StartAsync("called service isolated");

        await Should.ThrowAsync<RequestFaultException>(bus.Client<Outer>().GetResponse<Answer>(new Outer("x"), Token));

        (await bus.DeadLettersAsync("outer")).Errors.Count.ShouldBe(1);
    }

    [Fact]
    public async Task GetResponse_PlainClient_UnderstandsItAsAFault()
    {
        await using TestBus bus = await StartAsync("called service isolated");

        RequestFaultException fault = await Should.ThrowAsync<RequestFaultException>(
            bus.Bus.CreateRequestClient<Outer>().GetResponse<Answer>(new Outer("x"), Token));

        fault.Fault!.Exceptions[0].ExceptionType.ShouldEndWith(nameof(CircuitOpenRejectedException));
    }

    private async Task<RejectedException> RefusedAsync(TestBus bus)
    {
        try
        {
            return await Should.ThrowAsync<RejectedException>(bus.Client<Outer>().GetResponse<Answer>(new Outer("x"), Token));
        }
        finally
        {
            _gate.TrySetResult();
        }
    }

    private static async Task AskAsync(ConsumeContext<Outer> context, IServiceProvider services) => await context.RespondAsync(
        (await services.GetRequiredService<IRequestClient<Ask>>().GetResponse<Answer>(new Ask("x"), context.CancellationToken)).Message);

    private async Task<TestBus> StartAsync(string refusal, params string[] settings)
    {
        _behaviour = refusal switch
        {
            "local work isolated" => static async (context, services) => await services.GetRequiredService<IMessagingResilience>().For("user")
                .ExecuteAsync(static _ => Task.CompletedTask, cancellationToken: context.CancellationToken),
            "carried" => static async (context, services) =>
            {
                Task asking = AskAsync(context, services);
                await asking.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                throw asking.Exception!;
            }
            ,
            "broker" => static async (context, services) =>
            {
                BrokerState state = services.GetRequiredService<BrokerWatches>().Of(services.GetRequiredService<IBus>());
                state.Away("gone");
                try
                {
                    await AskAsync(context, services);
                }
                finally
                {
                    state.Back();
                }
            }
            ,
            _ => _behaviour,
        };
        TestBus bus = await TestBus.StartAsync(
            bus =>
            {
                bus.AddHandler(async (ConsumeContext<Outer> context, IServiceProvider services) =>
                {
                    _ran.Enqueue(context.Message.Text);
                    await _behaviour(context, services);
                }).Endpoint(endpoint => endpoint.Name = "outer");
                bus.AddHandler(async (ConsumeContext<Ask> context) =>
                {
                    await _asked.AddAsync(context);
                    if (context.Message.Text == "full")
                        await _gate.Task;
                    await Callee.Answers(context);
                }).Endpoint(endpoint => endpoint.Name = "ask");
            },
            settings: Settings.Of([
                "session:Retry:MaxRetries=0", "user:Retry:MaxRetries=0",
                .. refusal == "bulkhead" ? (string[])["user:Bulkhead:MaxConcurrentCalls=1", "user:Bulkhead:QueueCapacity=0"] : [], .. settings]),
            watch: "outer");
        _faults.Connect(bus.Bus);
        if (refusal == "bulkhead")
        {
            await bus.Bus.Publish(new Ask("full"), Token);
            await _asked.NextAsync(Token);
        }
        else if (refusal != "broker")
        {
            ResilienceSide? side = refusal == "called service isolated" ? ResilienceSide.Consumer : null;
            bus.Services.GetRequiredService<IResilienceControl>().Isolate(new("user", side), "test");
        }

        return bus;
    }
}
