using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>One line a bus says at start what is protected, under which profile, and what is not and why.</summary>
public sealed class StartReportTests : IDisposable
{
    private readonly StartLog _log = new();

    public void Dispose() => _log.Dispose();

    [Fact]
    public async Task Start_ConsumersOfAllKinds_OneLineSaysWhichProfileCoversThemAndWhatIsNot()
    {
        await using TestBus bus = await StartAsync(
            static bus =>
            {
                bus.AddConsumer<PlainConsumer>();
                bus.AddConsumer<ExcludedConsumer>();
            },
            static (context, memory) =>
            {
                memory.UseMessagingResilience(context);
                memory.ReceiveEndpoint("ask", endpoint => endpoint.ConfigureConsumer<PlainConsumer>(context));
                memory.ReceiveEndpoint("named", endpoint =>
                {
                    endpoint.UseMessagingResilience(context, "report");
                    endpoint.Handler<Happened>(static _ => Task.CompletedTask);
                });
                memory.ReceiveEndpoint("left-out", endpoint => endpoint.ConfigureConsumer<ExcludedConsumer>(context));
            },
            service: "session");

        string line = _log.Protected.ShouldHaveSingleItem();

        line.ShouldStartWith("Bus loopback://localhost/");
        line.ShouldContain("of 'session' in Testing: ");
        line.ShouldContain("profile 'session' covers PlainConsumer on endpoint ask");
        line.ShouldContain("profile 'report' covers a handler on endpoint named");
        line.ShouldContain("Not covered: ExcludedConsumer on endpoint left-out (excluded).");
    }

    [Fact]
    public async Task Start_NoServiceAndNothingProtected_SaysSo()
    {
        await using TestBus bus = await StartAsync(
            static bus => bus.AddConsumer<PlainConsumer>(),
            static (context, memory) => memory.ReceiveEndpoint("ask", endpoint => endpoint.ConfigureConsumer<PlainConsumer>(context)));

        string line = _log.Protected.ShouldHaveSingleItem();

        line.ShouldContain("of no service in Testing: nothing. Not covered: PlainConsumer on endpoint ask (no UseMessagingResilience).");
    }

    [Fact]
    public async Task Start_ConsumerNamesItsProfile_ThatOneIsTold()
    {
        await using TestBus bus = await StartAsync(
            static bus => bus.AddConsumer<AttributedConsumer>(), static (context, memory) => memory.UseMessagingResilience(context));

        _log.Protected.ShouldHaveSingleItem().ShouldContain("profile 'auth' covers StartReportTests+AttributedConsumer on endpoint Attributed");
    }

    private Task<TestBus> StartAsync(
        Action<IBusRegistrationConfigurator> consumers, Action<IBusRegistrationContext, IInMemoryBusFactoryConfigurator> factory, string? service = null) =>
        TestBus.StartAsync(
            bus =>
            {
                bus.AddSingleton<Callee>();
                consumers(bus);
            },
            factory,
            resilience => resilience.Services.AddLogging(logging => logging.AddProvider(_log)),
            service is null ? null : new() { ["Resilience:Service"] = service },
            protectConsumers: false);

    [ServiceProfile("auth")]
    public sealed class AttributedConsumer : IConsumer<Ask>
    {
        public Task Consume(ConsumeContext<Ask> context) => Task.CompletedTask;
    }
}
