using MassTransit;
using Microsoft.Extensions.DependencyInjection;

namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>Every injected way to publish or send goes through the policies, exactly once.</summary>
public sealed class PublisherTests
{
    private readonly Collected<Happened> _received = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Publish_InjectedEndpoint_IsCountedOnce()
    {
        await using TestBus bus = await StartAsync();

        await bus.Services.GetRequiredService<IPublishEndpoint>().Publish(new Happened(1), Token);

        (await _received.NextAsync(Token)).Message.Number.ShouldBe(1);
        Published(bus).ShouldBe(1);
    }

    [Fact]
    public async Task Send_InjectedProvider_IsCountedOnce()
    {
        await using TestBus bus = await StartAsync();
        ISendEndpoint endpoint = await bus.Services.GetRequiredService<ISendEndpointProvider>().GetSendEndpoint(new Uri("queue:happened"));

        await endpoint.Send(new Happened(1), Token);

        (await _received.NextAsync(Token)).Message.Number.ShouldBe(1);
        Published(bus).ShouldBe(1);
    }

    public static TheoryData<string> WaysInAConsumer => [.. SendInAConsumer.Keys];

    private static readonly Dictionary<string, Func<ConsumeContext<Ask>, IServiceProvider, Task>> SendInAConsumer = new(StringComparer.Ordinal)
    {
        ["context.Publish"] = (context, _) => context.Publish(new Happened(1)),
        ["context.Send"] = (context, _) => context.Send(new Uri("queue:happened"), new Happened(1)),
        ["context.GetSendEndpoint"] = async (context, _) => await (await context.GetSendEndpoint(new Uri("queue:happened"))).Send(new Happened(1)),
        ["injected IPublishEndpoint"] = (_, services) => services.GetRequiredService<IPublishEndpoint>().Publish(new Happened(1)),
        ["injected ISendEndpointProvider"] = async (_, services) =>
            await (await services.GetRequiredService<ISendEndpointProvider>().GetSendEndpoint(new Uri("queue:happened"))).Send(new Happened(1)),
        ["not awaited"] = (context, services) =>
        {
            _ = context.Publish(new Happened(1));
            return Task.CompletedTask;
        },
    };

    [Theory]
    [MemberData(nameof(WaysInAConsumer))]
    public async Task Publish_InAProtectedConsumer_IsCountedOnceUnderItsServiceAndInItsConversation(string way)
    {
        var asked = new Collected<Ask>();
        await using TestBus bus = await StartAsync(async (context, services) =>
        {
            await asked.AddAsync(context);
            await SendInAConsumer[way](context, services);
            await Callee.Answers(context);
        });

        await bus.Client<Ask>().GetResponse<Answer>(new Ask("x"), Token);
        ConsumeContext<Happened> received = await _received.NextAsync(Token);

        received.ConversationId.ShouldBe((await asked.NextAsync(Token)).ConversationId);
        await bus.DeliveredAsync("ask");
        Published(bus).ShouldBe(1);
        bus.Measured.Sum("executions", ("side", "publisher")).ShouldBe(1, "a reply is not published");
    }

    [Theory]
    [InlineData("injected IPublishEndpoint")]
    [InlineData("injected ISendEndpointProvider")]
    public async Task Publish_InjectedIntoAnUnprotectedConsumer_IsCountedOnce(string way)
    {
        await using TestBus bus = await StartAsync(
            async (context, services) =>
            {
                await SendInAConsumer[way](context, services);
                await Callee.Answers(context);
            },
            protectConsumers: false);

        await bus.Client<Ask>().GetResponse<Answer>(new Ask("x"), Token);

        await _received.NextAsync(Token);
        Published(bus).ShouldBe(1);
    }

    private static long Published(TestBus bus) =>
        bus.Measured.Sum("executions", ("side", "publisher"), ("service", "user"), ("operation", "happened"), ("result", "success"));

    private Task<TestBus> StartAsync(Func<ConsumeContext<Ask>, IServiceProvider, Task>? consume = null, bool protectConsumers = true) => TestBus.StartAsync(
        bus =>
        {
            if (consume is not null)
            {
                bus.AddHandler(async (ConsumeContext<Ask> context, IServiceProvider services) => await consume(context, services))
                    .Endpoint(static endpoint => endpoint.Name = "ask");
            }
        },
        (_, memory) => memory.ReceiveEndpoint("happened", endpoint => endpoint.Handler<Happened>(_received.AddAsync)),
        protectConsumers: protectConsumers);
}
