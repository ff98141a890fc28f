using MassTransit;

namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>Batches that are written on an endpoint by hand: <c>endpoint.Batch&lt;T&gt;(…)</c>.</summary>
public sealed class BatchByHandTests
{
    private int _runs;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Send_BatchAlwaysFails_RunsAsOftenAsTheProfileSays()
    {
        await using TestBus bus = await StartAsync(static _ => throw new InvalidOperationException("broken"));

        await bus.Bus.Publish(new Happened(1), Token);
        DeadLetters left = await bus.DeadLettersAsync("happened");

        _runs.ShouldBe(3);
        left.Errors.ShouldHaveSingleItem();
        bus.Measured.Sum("executions", ("side", "consumer"), ("operation", "happened")).ShouldBe(1);
        bus.Snapshot(ResilienceSide.Consumer).CircuitState.ShouldBe(CircuitState.Closed);
    }

    [Fact]
    public async Task UseInMemoryOutbox_OnTheBatchItself_IsRefusedWithAWayThatWorks()
    {
        ConfigurationException refused = await Refusal.OfAsync(StartAsync(
            static _ => Task.CompletedTask,
            static (context, batch) => batch.Message(message => message.UseInMemoryOutbox(context))));

        refused.Message.ShouldContain("BatchConsumer on endpoint happened");
        refused.Message.ShouldContain("call endpoint.UseMessagingResilience(context) and then endpoint.UseInMemoryOutbox(context)");
    }

    [Fact]
    public async Task UseInMemoryOutbox_OnTheEndpointAsTheRefusalSays_DiscardsWhatAFailedAttemptSent()
    {
        var published = new Collected<Unassigned>();
        await using TestBus bus = await StartAsync(
            async context =>
            {
                await context.Publish(new Unassigned($"run {_runs}"), Token);
                if (_runs == 1)
                    throw new InvalidOperationException("broken");
            },
            endpoint: static (context, endpoint) =>
            {
                endpoint.UseMessagingResilience(context);
                endpoint.UseInMemoryOutbox(context);
            },
            published: published);

        await bus.Bus.Publish(new Happened(1), Token);
        await bus.DeliveredAsync("happened");

        (await published.NextAsync(Token)).Message.Text.ShouldBe("run 2");
        published.Count.ShouldBe(0);
    }

    private Task<TestBus> StartAsync(
        Func<ConsumeContext<Batch<Happened>>, Task> behaviour,
        Action<IBusRegistrationContext, IConsumerMessageConfigurator<BatchConsumer, Batch<Happened>>>? configure = null,
        Action<IBusRegistrationContext, IReceiveEndpointConfigurator>? endpoint = null,
        Collected<Unassigned>? published = null) => TestBus.StartAsync(
            static _ => { },
            (context, memory) =>
            {
                memory.ReceiveEndpoint("happened", happened =>
                {
                    endpoint?.Invoke(context, happened);
                    happened.Batch<Happened>(batch =>
                    {
                        batch.MessageLimit = 1;
                        batch.Consumer(
                            new FactoryOf(() => new BatchConsumer(messages =>
                            {
                                Interlocked.Increment(ref _runs);
                                return behaviour(messages);
                            })),
                            consumer => configure?.Invoke(context, consumer));
                    });
                });
                if (published is not null)
                    memory.ReceiveEndpoint("published", other => other.Handler<Unassigned>(published.AddAsync));
            },
            settings: Settings.Of("user:Retry:MaxRetries=2", "user:CircuitBreaker:FailureThreshold=5"),
            watch: "happened");

    private sealed class BatchConsumer(Func<ConsumeContext<Batch<Happened>>, Task> behaviour) : IConsumer<Batch<Happened>>
    {
        public Task Consume(ConsumeContext<Batch<Happened>> context) => behaviour(context);
    }

    private sealed class FactoryOf(Func<BatchConsumer> make) : IConsumerFactory<BatchConsumer>
    {
        private readonly global::MassTransit.Consumer.DelegateConsumerFactory<BatchConsumer> _factory = new(make);

        public Task Send<T>(ConsumeContext<T> context, IPipe<ConsumerConsumeContext<BatchConsumer, T>> next)
            where T : class =>
            _factory.Send(context, next);

        public void Probe(ProbeContext context) => context.CreateConsumerFactoryScope<BatchConsumer>("test");
    }
}
