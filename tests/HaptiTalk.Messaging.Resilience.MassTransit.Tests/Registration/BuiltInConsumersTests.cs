using MassTransit;
using MassTransit.Orders;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace HaptiTalk.Messaging.Resilience.Tests
{
    /// <summary>What MassTransit brings along is told by its assemblies, not by a name that anybody may use.</summary>
    public sealed class BuiltInConsumersTests : IDisposable
    {
        private readonly StartLog _log = new();
        private readonly Callee _callee = new() { Behaviour = Callee.Fails };

        private static CancellationToken Token => TestContext.Current.CancellationToken;

        public void Dispose() => _log.Dispose();

        [Fact]
        public async Task Send_ConsumerInANamespaceThatBeginsLikeMassTransits_IsProtected()
        {
            await using TestBus bus = await StartAsync(
                static bus => bus.AddConsumer<OrderConsumer>().Endpoint(static endpoint => endpoint.Name = "ask"), protect: true);

            await bus.Bus.Publish(new Ask("x"), Token);
            await bus.DeliveredAsync("ask");

            _callee.Calls.ShouldBe(4);
        }

        [Fact]
        public async Task Send_ConsumerGivenAsAnInterface_IsProtected()
        {
            await using TestBus bus = await StartAsync(
                static _ => { },
                protect: true,
                (_, memory) => memory.ReceiveEndpoint("ask", endpoint => endpoint.Consumer(typeof(IConsumer<Ask>), _ => new OrderConsumer(_callee))));

            await bus.Bus.Publish(new Ask("x"), Token);
            await bus.DeliveredAsync("ask");

            _callee.Calls.ShouldBe(4);
        }

        [Fact]
        public async Task Start_ConsumerInANamespaceThatBeginsLikeMassTransitsUnprotected_IsNamed()
        {
            await using TestBus bus = await StartAsync(
                static bus => bus.AddConsumer<OrderConsumer>().Endpoint(static endpoint => endpoint.Name = "ask"), protect: false);

            _log.Unprotected.ShouldHaveSingleItem().ShouldContain("OrderConsumer on endpoint ask");
        }

        [Fact]
        public async Task Start_ConsumerGivenAsAnInterfaceUnprotected_IsNamed()
        {
            await using TestBus bus = await StartAsync(
                static _ => { },
                protect: false,
                (_, memory) => memory.ReceiveEndpoint("ask", endpoint => endpoint.Consumer(typeof(IConsumer<Ask>), _ => new OrderConsumer(_callee))));

            _log.Unprotected.ShouldHaveSingleItem().ShouldContain("IConsumer<Ask> on endpoint ask");
        }

        [Theory]
        [InlineData(true)]
        [InlineData(false)]
        public async Task Start_MassTransitsOwnConsumersAndSagas_AreNotNamed(bool protect)
        {
            await using TestBus bus = await StartAsync(
                static bus =>
                {
                    bus.AddDelayedMessageScheduler();
                    bus.AddJobSagaStateMachines();
                    bus.SetInMemorySagaRepositoryProvider();
                },
                protect,
                static (_, memory) => memory.UseDelayedMessageScheduler());

            _log.Unprotected.ShouldBeEmpty();
        }

        private Task<TestBus> StartAsync(
            Action<IBusRegistrationConfigurator> configure,
            bool protect,
            Action<IBusRegistrationContext, IInMemoryBusFactoryConfigurator>? factory = null) => TestBus.StartAsync(
                bus =>
                {
                    bus.AddSingleton(_callee);
                    configure(bus);
                },
                factory,
                resilience => resilience.Services.AddLogging(logging => logging.AddProvider(_log)),
                protectConsumers: protect);
    }
}

namespace MassTransit.Orders
{
    internal sealed class OrderConsumer(HaptiTalk.Messaging.Resilience.Tests.Callee callee) : IConsumer<HaptiTalk.Messaging.Resilience.Tests.Ask>
    {
        public Task Consume(ConsumeContext<HaptiTalk.Messaging.Resilience.Tests.Ask> context) => callee.ConsumeAsync(context);
    }
}
