using MassTransit;
using MassTransit.Context;
using Microsoft.Extensions.DependencyInjection;

namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>What the obvious filters do on a bus without the framework: the reasons why its own does otherwise.</summary>
public sealed class NaiveFilterTests
{
    private readonly Callee _callee = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Naive_FilterCallsNextAgain_RequesterGotTheFirstAttemptsFault()
    {
        var requesterHasItsOutcome = new TaskCompletionSource();
        _callee.Behaviour = async context =>
        {
            if (_callee.Calls == 1)
                throw new InvalidOperationException("first");
            await requesterHasItsOutcome.Task;
            await Callee.Answers(context);
        };
        await using TestBus bus = await StartAsync(static async (context, next) =>
        {
            try
            {
                await next.Send(context);
            }
            catch (InvalidOperationException)
            {
                await next.Send(context);
            }
        });

        RequestFaultException fault = await Should.ThrowAsync<RequestFaultException>(AskAsync(bus));

        fault.Fault!.Exceptions[0].Message.ShouldBe("first");
        requesterHasItsOutcome.SetResult();
        await bus.DeliveredAsync("ask");
        _callee.Calls.ShouldBe(2);
    }

    [Fact]
    public async Task Naive_FilterRepliesInsteadOfTheConsumer_MessageIsTakenForOneThatNobodyConsumes()
    {
        await using TestBus bus = await StartAsync(static (context, _) => context.RespondAsync(new Answer("instead")));

        await AskAsync(bus);

        (await bus.DeadLettersAsync("ask")).Skipped.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Naive_ContextThatSwallowsReplies_IsGonePast()
    {
        await using TestBus bus = await StartAsync(static (context, next) => next.Send(new MuteContext(context)));

        Response<Answer> reply = await AskAsync(bus);

        reply.Message.Text.ShouldBe("x");
    }

    [Fact]
    public async Task Naive_ConsumeFilterOfTheContainer_MissesHandlers()
    {
        var seen = new Seen();
        await using TestBus bus = await TestBus.StartAsync(
            bus =>
            {
                bus.AddSingleton(seen);
                bus.AddSingleton(_callee);
                bus.AddConsumer<AskConsumer>().Endpoint(static endpoint => endpoint.Name = "consumer");
            },
            static (context, memory) =>
            {
                memory.UseConsumeFilter(typeof(SeeingFilter<>), context);
                memory.ReceiveEndpoint("handler", static endpoint => endpoint.Handler<Happened>(static _ => Task.CompletedTask));
            },
            protectConsumers: false);

        await bus.Bus.Publish(new Happened(1), Token);
        await bus.DeliveredAsync("handler");
        seen.Deliveries.ShouldBe(0);
        await AskAsync(bus);
        seen.Deliveries.ShouldBe(1);
    }

    [Fact]
    public async Task Naive_MassTransitsTimeoutInsideARepeat_RequesterGotTheFirstAttemptsFault()
    {
        var requesterHasItsOutcome = new TaskCompletionSource();
        _callee.Behaviour = async context =>
        {
            if (_callee.Calls == 1)
                throw new InvalidOperationException("first");
            await requesterHasItsOutcome.Task;
            await Callee.Answers(context);
        };
        await using TestBus bus = await TestBus.StartAsync(
            static _ => { },
            (_, memory) => memory.ReceiveEndpoint("ask", endpoint =>
            {
                endpoint.UseMessageRetry(static retry => retry.Immediate(1));
                endpoint.UseTimeout(static timeout => timeout.Timeout = TimeSpan.FromMinutes(1));
                endpoint.Handler<Ask>(_callee.ConsumeAsync);
            }),
            protectConsumers: false);

        RequestFaultException fault = await Should.ThrowAsync<RequestFaultException>(AskAsync(bus));

        fault.Fault!.Exceptions[0].Message.ShouldBe("first");
        requesterHasItsOutcome.SetResult();
        await bus.DeliveredAsync("ask");
        _callee.Calls.ShouldBe(2);
    }

    private static Task<Response<Answer>> AskAsync(TestBus bus) => bus.Client<Ask>().GetResponse<Answer>(new Ask("x"), Token);

    private Task<TestBus> StartAsync(Func<ConsumeContext, IPipe<ConsumeContext>, Task> filter) => TestBus.StartAsync(
        bus => bus.AddSingleton(_callee),
        (context, memory) => memory.ReceiveEndpoint("ask", endpoint =>
        {
            endpoint.UseFilter(new DelegateFilter(filter));
            endpoint.Consumer(() => new AskConsumer(_callee));
        }),
        watch: "ask",
        protectConsumers: false);

    private sealed class AskConsumer(Callee callee) : IConsumer<Ask>
    {
        public Task Consume(ConsumeContext<Ask> context) => callee.ConsumeAsync(context);
    }

    private sealed class DelegateFilter(Func<ConsumeContext, IPipe<ConsumeContext>, Task> send) : IFilter<ConsumeContext>
    {
        public Task Send(ConsumeContext context, IPipe<ConsumeContext> next) => send(context, next);

        public void Probe(ProbeContext context) => context.CreateFilterScope("naive");
    }

    private sealed class MuteContext(ConsumeContext context) : ConsumeContextProxy(context)
    {
        public override Task RespondAsync<T>(T message) => Task.CompletedTask;
    }

    private sealed class Seen
    {
        public int Deliveries { get; set; }
    }

    private sealed class SeeingFilter<T>(Seen seen) : IFilter<ConsumeContext<T>>
        where T : class
    {
        public Task Send(ConsumeContext<T> context, IPipe<ConsumeContext<T>> next)
        {
            seen.Deliveries++;
            return next.Send(context);
        }

        public void Probe(ProbeContext context) => context.CreateFilterScope("seeing");
    }
}
