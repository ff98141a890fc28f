using System.Collections.Concurrent;
using MassTransit;
using MassTransit.Saga;
using Microsoft.Extensions.DependencyInjection;

namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>The filter covers whatever consumes: a filter inside the container's scope would miss handlers.</summary>
public sealed class SagaAndHandlerTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Send_HandlerFailsTwice_IsRepeated()
    {
        var attempts = new ConcurrentQueue<int>();
        await using TestBus bus = await TestBus.StartAsync(
            static _ => { },
            (_, memory) => memory.ReceiveEndpoint("ask", endpoint => endpoint.Handler<Ask>(async context =>
            {
                attempts.Enqueue(context.GetRetryAttempt());
                if (attempts.Count <= 2)
                    throw new InvalidOperationException("broken");
                await Callee.Answers(context);
            })));

        await bus.Client<Ask>().GetResponse<Answer>(new Ask("x"), Token);

        attempts.ShouldBe([0, 1, 2]);
    }

    [Fact]
    public async Task Send_SagaFailsTwice_IsRepeatedAndItsStateIsThatOfTheLastAttempt()
    {
        var script = new Script { FailuresLeft = 2 };
        await using TestBus bus = await StartAsync(script);
        var id = NewId.NextGuid();

        await bus.Bus.Publish(new Begun(id), Token);
        DeadLetters left = await bus.DeadLettersAsync("course");

        script.Runs.ShouldBe(3);
        left.Errors.ShouldBeEmpty();
        Course course = bus.Services.GetRequiredService<IndexedSagaDictionary<Course>>()[id].Instance;
        course.CurrentState.ShouldBe("Running");
        course.Steps.ShouldBe(1, "what a failed attempt changed is discarded");
    }

    [Fact]
    public async Task Send_SagaAlwaysFails_LeavesOneErrorCopyAndNoSaga()
    {
        var script = new Script { FailuresLeft = int.MaxValue };
        await using TestBus bus = await StartAsync(script);

        await bus.Bus.Publish(new Begun(NewId.NextGuid()), Token);
        DeadLetters left = await bus.DeadLettersAsync("course");

        script.Runs.ShouldBe(4);
        left.Errors.Count.ShouldBe(1);
        bus.Services.GetRequiredService<IndexedSagaDictionary<Course>>().Count.ShouldBe(0);
    }

    [Fact]
    public async Task Send_SagaThrowsACallersMistake_IsNeitherRepeatedNorCountedByTheBreaker()
    {
        var script = new Script { FailuresLeft = int.MaxValue, Failure = static () => new ArgumentException("bad") };
        await using TestBus bus = await StartAsync(script, "user:CircuitBreaker:FailureThreshold=1");

        await bus.Bus.Publish(new Begun(NewId.NextGuid()), Token);
        Headers error = (await bus.DeadLettersAsync("course")).Errors.ShouldHaveSingleItem();

        script.Runs.ShouldBe(1);
        error.TryGetHeader("Resilience-Reason", out object? reason).ShouldBeTrue();
        reason.ShouldBe("CallerMistake");
        bus.Snapshot(ResilienceSide.Consumer).CircuitState.ShouldBe(CircuitState.Closed);
    }

    [Theory]
    [InlineData("System.InvalidOperationException")]
    [InlineData("EventExecutionException")]
    public async Task Send_SagaThrowsWhatRetryIgnoreNames_IsNotRepeated(string name)
    {
        var script = new Script { FailuresLeft = int.MaxValue };
        await using TestBus bus = await StartAsync(script, $"user:Retry:Ignore:0={name}");

        await bus.Bus.Publish(new Begun(NewId.NextGuid()), Token);
        await bus.DeliveredAsync("course");

        script.Runs.ShouldBe(1);
    }

    [Fact]
    public async Task Send_SagaIsRefusedByWhatItCalls_IsPutOffAndNotCountedByTheBreaker()
    {
        var script = new Script
        {
            FailuresLeft = 1,
            Failure = static () => new CircuitOpenRejectedException("auth", "get", CircuitState.Open, since: null, TimeSpan.Zero),
        };
        await using TestBus bus = await StartAsync(script, "user:CircuitBreaker:FailureThreshold=1", "user:Retry:MaxRetries=0");

        await bus.Bus.Publish(new Begun(NewId.NextGuid()), Token);
        DeadLetters left = await bus.DeadLettersAsync("course");

        left.Errors.ShouldBeEmpty();
        script.Runs.ShouldBe(2);
        bus.Snapshot(ResilienceSide.Consumer).CircuitState.ShouldBe(CircuitState.Closed);
    }

    [Fact]
    public async Task Send_SagaHonoursItsToken_IsTimedOut()
    {
        var script = new Script { Work = static token => new TaskCompletionSource().Task.WaitAsync(token) };
        await using TestBus bus = await StartAsync(script, "user:Retry:MaxRetries=0", "user:Timeout:AttemptTimeout=00:00:00.050");

        await bus.Bus.Publish(new Begun(NewId.NextGuid()), Token);
        Headers error = (await bus.DeadLettersAsync("course")).Errors.ShouldHaveSingleItem();

        error.TryGetHeader("Resilience-Reason", out object? reason).ShouldBeTrue();
        reason.ShouldBe("TimedOut");
    }

    private static Task<TestBus> StartAsync(Script script, params string[] settings) => TestBus.StartAsync(
        bus =>
        {
            bus.AddSingleton(script);
            bus.AddSagaStateMachine<CourseMachine, Course>().InMemoryRepository().Endpoint(static endpoint => endpoint.Name = "course");
        },
        settings: Settings.Of(settings),
        watch: "course");

    [ServiceProfile("user")]
    public sealed record Begun(Guid CorrelationId) : CorrelatedBy<Guid>;

    public sealed class Course : SagaStateMachineInstance
    {
        public Guid CorrelationId { get; set; }

        public string CurrentState { get; set; } = "";

        public int Steps { get; set; }
    }

    public sealed class Script
    {
        public int FailuresLeft { get; set; }

        public int Runs { get; set; }

        public Func<Exception> Failure { get; init; } = static () => new InvalidOperationException("broken");

        public Func<CancellationToken, Task> Work { get; init; } = static _ => Task.CompletedTask;
    }

    public sealed class CourseMachine : MassTransitStateMachine<Course>
    {
        public CourseMachine(Script script)
        {
            InstanceState(course => course.CurrentState);
            Initially(When(Started)
                .Then(context =>
                {
                    script.Runs++;
                    context.Saga.Steps++;
                    if (script.FailuresLeft-- > 0)
                        throw script.Failure();
                })
                .ThenAsync(context => script.Work(context.CancellationToken))
                .TransitionTo(Running));
        }

        public State Running { get; } = null!;

        public Event<Begun> Started { get; } = null!;
    }
}
