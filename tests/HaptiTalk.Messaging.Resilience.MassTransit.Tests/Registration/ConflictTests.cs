using MassTransit;
using Microsoft.Extensions.DependencyInjection;

namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>MassTransit's own middleware that cannot stand beside the framework's is refused at start, wherever it was configured.</summary>
public sealed class ConflictTests
{
    public static TheoryData<string> Retries => ["bus", "bus before", "endpoint", "definition", "consumer", "consumer in its definition", "message", "alone"];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Retries))]
    public async Task UseMessageRetry_Anywhere_IsRefusedWithTheEndpointAndTheRemedy(string where)
    {
        ConfigurationException refused = await Refusal.OfAsync(StartAsync(where, static retry => retry.Immediate(2)));

        refused.Message.ShouldContain("UseMessageRetry, for PlainConsumer on endpoint ask: both repeat");
        refused.Message.ShouldContain("Remove UseMessageRetry");
        refused.Message.ShouldContain("Retry:MaxRetries");
    }

    [Theory]
    [MemberData(nameof(Retries))]
    public async Task UseMessageRetry_RepeatsNothing_Stands(string where)
    {
        await using TestBus bus = await StartAsync(where, static retry => retry.None());

        await bus.Client<Ask>().GetResponse<Answer>(new Ask("x"), Token);
    }

    [Fact]
    public async Task UseMessageRetry_OnAHandler_IsRefused()
    {
        ConfigurationException refused = await Refusal.OfAsync(TestBus.StartAsync(
            static _ => { },
            static (_, memory) => memory.ReceiveEndpoint("ask", static endpoint => endpoint.Handler<Ask>(
                Callee.Answers, static handler => handler.UseMessageRetry(static retry => retry.Immediate(1))))));

        refused.Message.ShouldContain("for a handler on endpoint ask");
    }

    [Fact]
    public async Task UseMessageRetry_OnASaga_IsRefused()
    {
        ConfigurationException refused = await Refusal.OfAsync(TestBus.StartAsync(static bus =>
        {
            bus.AddSingleton<SagaAndHandlerTests.Script>();
            bus.AddSagaStateMachine<SagaAndHandlerTests.CourseMachine, SagaAndHandlerTests.Course>(
                static (_, saga) => saga.UseMessageRetry(static retry => retry.Immediate(1))).InMemoryRepository();
        }));

        refused.Message.ShouldContain("Course on endpoint Course");
    }

    [Fact]
    public async Task UseMessageRetry_OnTwoEndpoints_BothAreNamedAtOnce()
    {
        ConfigurationException refused = await Refusal.OfAsync(TestBus.StartAsync(
            static _ => { },
            static (_, memory) =>
            {
                foreach (string name in (string[])["one", "two"])
                {
                    memory.ReceiveEndpoint(name, static endpoint =>
                    {
                        endpoint.UseMessageRetry(static retry => retry.Immediate(1));
                        endpoint.Handler<Ask>(Callee.Answers);
                    });
                }
            }));

        refused.Message.ShouldContain("endpoint one");
        refused.Message.ShouldContain("endpoint two");
    }

    [Fact]
    public async Task UseMessageRetry_OnAnEndpointThatNothingProtects_Stands()
    {
        await using TestBus bus = await TestBus.StartAsync(
            static _ => { },
            static (context, memory) =>
            {
                memory.ReceiveEndpoint("protected", endpoint =>
                {
                    endpoint.UseMessagingResilience(context);
                    endpoint.Handler<Ask>(Callee.Answers);
                });
                memory.ReceiveEndpoint("other", static endpoint =>
                {
                    endpoint.UseMessageRetry(static retry => retry.Immediate(1));
                    endpoint.Handler<Happened>(static _ => Task.CompletedTask);
                });
            },
            protectConsumers: false);

        await bus.Client<Ask>().GetResponse<Answer>(new Ask("x"), Token);
    }

    [Fact]
    public async Task UseDelayedRedelivery_Inside_IsRefused()
    {
        ConfigurationException refused = await Refusal.OfAsync(TestBus.StartAsync(
            static _ => { },
            static (_, memory) => memory.ReceiveEndpoint("ask", static endpoint =>
            {
                endpoint.UseDelayedRedelivery(static retry => retry.Intervals(1));
                endpoint.Handler<Ask>(Callee.Answers);
            })));

        refused.Message.ShouldContain("UseDelayedRedelivery inside it, for a handler on endpoint ask");
        refused.Message.ShouldContain("Call UseMessagingResilience after it");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task UseTimeout_OutsideOrInside_IsRefused(bool outside)
    {
        ConfigurationException refused = await Refusal.OfAsync(TestBus.StartAsync(
            static _ => { },
            (context, memory) => memory.ReceiveEndpoint("ask", endpoint =>
            {
                if (!outside)
                    endpoint.UseMessagingResilience(context);
                endpoint.UseTimeout(static timeout => timeout.Timeout = TimeSpan.FromMinutes(1));
                if (outside)
                    endpoint.UseMessagingResilience(context);
                endpoint.Handler<Ask>(Callee.Answers);
            }),
            protectConsumers: false));

        refused.Message.ShouldContain("UseTimeout, for a handler on endpoint ask");
        refused.Message.ShouldContain("Timeout:AttemptTimeout");
    }

    [Fact]
    public async Task UseInMemoryOutbox_Outside_IsRefused()
    {
        ConfigurationException refused = await Refusal.OfAsync(TestBus.StartAsync(
            static _ => { },
            static (context, memory) => memory.ReceiveEndpoint("ask", endpoint =>
            {
                endpoint.UseInMemoryOutbox(context);
                endpoint.UseMessagingResilience(context);
                endpoint.Handler<Ask>(Callee.Answers);
            }),
            protectConsumers: false));

        refused.Message.ShouldContain("an outbox around it, for a handler on endpoint ask");
        refused.Message.ShouldContain("Call UseMessagingResilience before it");
    }

    [Fact]
    public async Task UseMessagingResilience_AfterAnEndpoint_IsRefused()
    {
        ConfigurationException refused = await Refusal.OfAsync(TestBus.StartAsync(
            static _ => { },
            static (context, memory) =>
            {
                memory.ReceiveEndpoint("ask", static endpoint => endpoint.Handler<Ask>(Callee.Answers));
                memory.UseMessagingResilience(context);
            },
            protectConsumers: false));

        refused.Message.ShouldContain("endpoint ask. Call UseMessagingResilience first");
    }

    private static Task<TestBus> StartAsync(string where, Action<IRetryConfigurator> retry)
    {
        void In(string place, Action use)
        {
            if (where == place)
                use();
        }

        return TestBus.StartAsync(
            bus =>
            {
                bus.AddSingleton<Callee>();
                bus.AddSingleton(new Action<IReceiveEndpointConfigurator, IConsumerConfigurator<PlainConsumer>, IRegistrationContext>((endpoint, consumer, context) =>
                {
                    In("alone", () => endpoint.UseMessagingResilience(context));
                    In("alone", () => endpoint.UseMessageRetry(retry));
                    In("definition", () => endpoint.UseMessageRetry(retry));
                    In("consumer in its definition", () => consumer.UseMessageRetry(retry));
                }));
                bus.AddConsumer<PlainConsumer, Definition>(consumer =>
                {
                    In("consumer", () => consumer.UseMessageRetry(retry));
                    In("message", () => consumer.Message<Ask>(message => message.UseMessageRetry(retry)));
                }).Endpoint(static endpoint => endpoint.Name = "ask");
                bus.AddConfigureEndpointsCallback((_, endpoint) => In("endpoint", () => endpoint.UseMessageRetry(retry)));
            },
            (context, memory) =>
            {
                In("bus before", () => memory.UseMessageRetry(retry));
                if (where != "alone")
                    memory.UseMessagingResilience(context);
                In("bus", () => memory.UseMessageRetry(retry));
            },
            protectConsumers: false);
    }
}
