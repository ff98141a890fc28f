using MassTransit;
using Microsoft.Extensions.DependencyInjection;

namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>What values say of the message that is made from them holds, whatever way they are handed over, and over all attempts.</summary>
public sealed class InitializerTests
{
    private static readonly Uri Somewhere = new("loopback://localhost/somewhere");
    private static readonly Uri Elsewhere = new("loopback://localhost/elsewhere");

    private readonly FailingBroker<INoted> _broker = new() { Write = static write => write == 1 ? FailingBroker.Fails(write) : Task.CompletedTask };
    private readonly Collected<INoted> _received = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<string> WaysToSend => [.. Sending.Keys];

    private static readonly Dictionary<string, Func<IServiceProvider, object, Task>> Sending = new(StringComparer.Ordinal)
    {
        ["Publish"] = static (services, values) => Publisher(services).Publish<INoted>(values, Token),
        ["Publish, pipe"] = static (services, values) => Publisher(services).Publish(values, Pipe.Execute<PublishContext<INoted>>(Touch), Token),
        ["Publish, untyped pipe"] = static (services, values) => Publisher(services).Publish<INoted>(values, Pipe.Execute<PublishContext>(Touch), Token),
        ["Publish, callback"] = static (services, values) => Publisher(services).Publish<INoted>(values, context => Touch(context), Token),
        ["Send"] = static async (services, values) => await (await SenderAsync(services)).Send<INoted>(values, Token),
        ["Send, pipe"] = static async (services, values) => await (await SenderAsync(services)).Send(values, Pipe.Execute<SendContext<INoted>>(Touch), Token),
        ["Send, untyped pipe"] = static async (services, values) =>
            await (await SenderAsync(services)).Send<INoted>(values, Pipe.Execute<SendContext>(Touch), Token),
        ["Publish, in a consumer"] = static (services, values) => InAConsumer(services, (context, _) => context.Publish<INoted>(values)),
        ["Publish, injected into a consumer"] = static (services, values) => InAConsumer(
            services, (_, consumers) => Publisher(consumers).Publish<INoted>(values)),
        ["Send, in a consumer"] = static (services, values) => InAConsumer(
            services, (context, _) => context.Send<INoted>(new Uri("queue:noted"), values)),
    };

    [Theory]
    [MemberData(nameof(WaysToSend))]
    public async Task Send_ValuesWithEveryVariable_AllAreKeptOverTheAttempts(string way)
    {
        await using TestBus bus = await StartAsync();
        var ids = Enumerable.Range(0, 4).Select(static _ => NewId.NextGuid()).ToArray();

        await Sending[way](bus.Services, new
        {
            Number = 7,
            Unique = InVar.Id,
            __MessageId = ids[0],
            __CorrelationId = ids[1],
            __ConversationId = ids[2],
            __InitiatorId = ids[3],
            __ResponseAddress = Somewhere,
            __FaultAddress = Elsewhere,
            __TimeToLive = TimeSpan.FromMinutes(7),
            __Header_X_Tenant = "a",
            __Header_X_Attempt = 3,
        });
        ConsumeContext<INoted> received = await _received.NextAsync(Token);

        received.Message.Number.ShouldBe(7);
        (received.MessageId, received.CorrelationId, received.ConversationId, received.InitiatorId).ShouldBe((ids[0], ids[1], ids[2], ids[3]));
        (received.ResponseAddress, received.FaultAddress).ShouldBe((Somewhere, Elsewhere));
        (received.ExpirationTime - received.SentTime).ShouldNotBeNull().ShouldBe(TimeSpan.FromMinutes(7), TimeSpan.FromSeconds(30));
        received.Headers.Get<string>("X-Tenant").ShouldBe("a");
        received.Headers.Get<int>("X-Attempt").ShouldBe(3);
        _broker.MessageIds.ShouldBe([ids[0], ids[0]]);
        _broker.Messages.Select(static message => message.Unique).Distinct().ShouldHaveSingleItem().ShouldBe(received.Message.Unique);
    }

    [Fact]
    public async Task Publish_CallbackBesideTheValues_Wins()
    {
        await using TestBus bus = await StartAsync();
        var id = NewId.NextGuid();

        await Publisher(bus.Services).Publish<INoted>(
            new { Number = 7, __MessageId = NewId.NextGuid() }, context => context.MessageId = id, Token);

        (await _received.NextAsync(Token)).MessageId.ShouldBe(id);
    }

    private static void Touch(SendContext context) => context.Headers.Set("X-Touched", true);

    private static IPublishEndpoint Publisher(IServiceProvider services) => services.GetRequiredService<IPublishEndpoint>();

    private static Task<ISendEndpoint> SenderAsync(IServiceProvider services) =>
        services.GetRequiredService<ISendEndpointProvider>().GetSendEndpoint(new Uri("queue:noted"));

    private static Task InAConsumer(IServiceProvider services, Func<ConsumeContext<Happened>, IServiceProvider, Task> send)
    {
        services.GetRequiredService<Consumer>().Send = send;
        return Publisher(services).Publish(new Happened(1), Token);
    }

    private async Task<TestBus> StartAsync()
    {
        TestBus bus = await TestBus.StartAsync(
            static bus =>
            {
                bus.AddSingleton<Consumer>();
                bus.AddHandler(static (ConsumeContext<Happened> context, Consumer consumer, IServiceProvider services) => consumer.Send(context, services));
            },
            (_, memory) => memory.ReceiveEndpoint("noted", endpoint => endpoint.Handler<INoted>(_received.AddAsync)));
        _broker.Connect(bus.Bus);
        return bus;
    }

    [ServiceProfile("user")]
    public interface INoted
    {
        int Number { get; }

        Guid Unique { get; }
    }

    private sealed class Consumer
    {
        public Func<ConsumeContext<Happened>, IServiceProvider, Task> Send { get; set; } = static (_, _) => Task.CompletedTask;
    }
}
