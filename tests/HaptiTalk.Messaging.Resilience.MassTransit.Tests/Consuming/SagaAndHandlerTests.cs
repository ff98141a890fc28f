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

    private static Task<TestBus> StartAsync(Script script) => TestBus.StartAsync(
        bus =>
        {
            bus.AddSingleton(script);
            bus.AddSagaStateMachine<CourseMachine, Course>().InMemoryRepository().Endpoint(static endpoint => endpoint.Name = "course");
        },
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
                        throw new InvalidOperationException("broken");
                })
                .TransitionTo(Running));
        }

        public State Running { get; } = null!;

        public Event<Begun> Started { get; } = null!;
    }
}
