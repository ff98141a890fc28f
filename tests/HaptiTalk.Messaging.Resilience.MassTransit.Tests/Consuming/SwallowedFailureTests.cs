using MassTransit;

namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>
/// Failures that a consumer or a filter has dealt with itself: MassTransit has told the requester, acknowledges the message and
/// keeps no copy. So it is here, and the failure counts all the same.
/// </summary>
public sealed class SwallowedFailureTests
{
    private readonly Callee _callee = new() { Behaviour = Callee.Fails };
    private readonly SentFaults<Ask> _faults = new();
    private readonly SentFaults<Happened> _eventFaults = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Send_FilterSwallowsTheException_RequesterGetsTheFaultAndNothingIsLeft(bool protect)
    {
        await using TestBus bus = await StartAsync(protect, swallow: true);

        await Should.ThrowAsync<RequestFaultException>(AskAsync(bus));
        await ShouldHaveEndedAsync(bus, protect);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Send_ConsumerNotifiesOfItsFailureItself_RequesterGetsTheFaultAndNothingIsLeft(bool protect)
    {
        _callee.Behaviour = static context => context.NotifyFaulted(TimeSpan.Zero, "itself", new InvalidOperationException("broken"));
        await using TestBus bus = await StartAsync(protect, swallow: false);

        await Should.ThrowAsync<RequestFaultException>(AskAsync(bus));
        await ShouldHaveEndedAsync(bus, protect);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Publish_FilterSwallowsTheException_OneFaultIsPublished(bool protect)
    {
        await using TestBus bus = await StartAsync(protect, swallow: true);

        await bus.Bus.Publish(new Happened(1), Token);
        DeadLetters left = await bus.DeadLettersAsync("ask");

        _eventFaults.All.Count.ShouldBe(1);
        left.Errors.ShouldBeEmpty();
        left.Skipped.ShouldBeEmpty();
        bus.Measured.Sum("executions", ("side", "consumer"), ("result", "failure")).ShouldBe(protect ? 1 : 0);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Publish_ConsumerNotifiesOfItsFailureByAMoreSpecialType_TheFaultIsOfThatType(bool protect)
    {
        SentFaults<ISpecial> faults = new();
        await using TestBus bus = await StartAsync(protect, swallow: false);
        faults.Connect(bus.Bus);

        await bus.Bus.Publish<ISpecial>(new { }, Token);
        DeadLetters left = await bus.DeadLettersAsync("ask");

        faults.All.ShouldHaveSingleItem().Exceptions[0].Message.ShouldBe("broken");
        left.Errors.ShouldBeEmpty();
        left.Skipped.ShouldBeEmpty();
    }

    [Fact]
    public async Task Send_FilterSwallowsTheException_TheCircuitOpens()
    {
        await using TestBus bus = await StartAsync(protect: true, swallow: true, "user:CircuitBreaker:FailureThreshold=1");

        await Should.ThrowAsync<RequestFaultException>(AskAsync(bus));
        await bus.DeliveredAsync("ask");

        bus.Snapshot(ResilienceSide.Consumer).CircuitState.ShouldBe(CircuitState.Open);
    }

    [Fact]
    public async Task Send_FilterSwallowsTheExceptionAndAnswers_TheAnswerIsHeard()
    {
        await using TestBus bus = await StartAsync(protect: true, swallow: true, answer: true);

        Response<Answer> reply = await AskAsync(bus);
        await bus.DeliveredAsync("ask");

        reply.Message.Text.ShouldBe("the filter's");
        _faults.All.ShouldBeEmpty();
        bus.Measured.Sum("executions", ("side", "consumer"), ("result", "failure")).ShouldBe(1);
    }

    private static Task<Response<Answer>> AskAsync(TestBus bus) =>
        bus.Bus.CreateRequestClient<Ask>(RequestTimeout.After(s: 20)).GetResponse<Answer>(new Ask("x"), Token);

    private async Task ShouldHaveEndedAsync(TestBus bus, bool protect)
    {
        DeadLetters left = await bus.DeadLettersAsync("ask");
        _callee.Calls.ShouldBe(1, "who swallows an exception wants no repeat");
        _faults.All.ShouldHaveSingleItem().Exceptions[0].Message.ShouldBe("broken");
        left.Errors.ShouldBeEmpty();
        left.Skipped.ShouldBeEmpty();
        bus.Measured.Sum("executions", ("side", "consumer"), ("result", "success")).ShouldBe(0);
        bus.Measured.Sum("executions", ("side", "consumer"), ("result", "failure")).ShouldBe(protect ? 1 : 0);
    }

    private Task<TestBus> StartAsync(bool protect, bool swallow, params string[] settings) => StartAsync(protect, swallow, answer: false, settings);

    private async Task<TestBus> StartAsync(bool protect, bool swallow, bool answer, params string[] settings)
    {
        TestBus bus = await TestBus.StartAsync(
            static _ => { },
            (_, memory) => memory.ReceiveEndpoint("ask", endpoint =>
            {
                endpoint.Handler<Ask>(_callee.ConsumeAsync, handler => AddSwallowing(handler, swallow, answer));
                endpoint.Handler<Happened>(
                    static _ => throw new InvalidOperationException("broken"), handler => AddSwallowing(handler, swallow, answer));
                endpoint.Handler<IGeneral>(static context => context.TryGetMessage(out ConsumeContext<ISpecial>? special)
                    ? special.NotifyFaulted(TimeSpan.Zero, "itself", new InvalidOperationException("broken"))
                    : Task.CompletedTask);
            }),
            settings: Settings.Of(settings),
            watch: "ask",
            protectConsumers: protect);
        _faults.Connect(bus.Bus);
        _eventFaults.Connect(bus.Bus);
        return bus;
    }

    private static void AddSwallowing<T>(IHandlerConfigurator<T> handler, bool swallow, bool answer)
        where T : class
    {
        if (swallow)
            handler.UseFilter(new Swallowing<T>(answer));
    }

    public interface IGeneral;

    public interface ISpecial : IGeneral;

    private sealed class Swallowing<T>(bool answer) : IFilter<ConsumeContext<T>>
        where T : class
    {
        public async Task Send(ConsumeContext<T> context, IPipe<ConsumeContext<T>> next)
        {
            try
            {
                await next.Send(context);
            }
            catch (InvalidOperationException)
            {
                if (answer)
                    await context.RespondAsync(new Answer("the filter's"));
            }
        }

        public void Probe(ProbeContext context) => context.CreateFilterScope("swallowing");
    }
}
