using MassTransit;
using Microsoft.Extensions.DependencyInjection;

namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>Every overload of <c>Publish</c> and <c>Send</c> arrives as it was given and is counted once.</summary>
public sealed class PublishOverloadTests
{
    private const string Header = "test-header";

    private static readonly Dictionary<string, Func<IServiceProvider, CancellationToken, Task>> Overloads = new(StringComparer.Ordinal)
    {
        ["Publish message"] = (services, token) => Publisher(services).Publish(Message, token),
        ["Publish message typed-pipe"] = (services, token) => Publisher(services).Publish(Message, Pipe.Execute<PublishContext<Inquire>>(SetHeader), token),
        ["Publish message pipe"] = (services, token) => Publisher(services).Publish(Message, Pipe.Execute<PublishContext>(SetHeader), token),
        ["Publish object"] = (services, token) => Publisher(services).Publish((object)Message, token),
        ["Publish object pipe"] = (services, token) => Publisher(services).Publish((object)Message, Pipe.Execute<PublishContext>(SetHeader), token),
        ["Publish object type"] = (services, token) => Publisher(services).Publish(Message, Message.GetType(), token),
        ["Publish object type pipe"] = (services, token) =>
            Publisher(services).Publish(Message, Message.GetType(), Pipe.Execute<PublishContext>(SetHeader), token),
        ["Publish values"] = (services, token) => Publisher(services).Publish<Inquire>(Values, token),
        ["Publish values typed-pipe"] = (services, token) =>
            Publisher(services).Publish(Values, Pipe.Execute<PublishContext<Inquire>>(SetHeader), token),
        ["Publish values pipe"] = (services, token) => Publisher(services).Publish<Inquire>(Values, Pipe.Execute<PublishContext>(SetHeader), token),
        ["Send message"] = async (services, token) => await (await SenderAsync(services)).Send(Message, token),
        ["Send message typed-pipe"] = async (services, token) =>
            await (await SenderAsync(services)).Send(Message, Pipe.Execute<SendContext<Inquire>>(SetHeader), token),
        ["Send message pipe"] = async (services, token) =>
            await (await SenderAsync(services)).Send(Message, Pipe.Execute<SendContext>(SetHeader), token),
        ["Send object"] = async (services, token) => await (await SenderAsync(services)).Send((object)Message, token),
        ["Send object pipe"] = async (services, token) =>
            await (await SenderAsync(services)).Send((object)Message, Pipe.Execute<SendContext>(SetHeader), token),
        ["Send object type"] = async (services, token) => await (await SenderAsync(services)).Send(Message, Message.GetType(), token),
        ["Send object type pipe"] = async (services, token) =>
            await (await SenderAsync(services)).Send(Message, Message.GetType(), Pipe.Execute<SendContext>(SetHeader), token),
        ["Send values"] = async (services, token) => await (await SenderAsync(services)).Send<Inquire>(Values, token),
        ["Send values typed-pipe"] = async (services, token) =>
            await (await SenderAsync(services)).Send(Values, Pipe.Execute<SendContext<Inquire>>(SetHeader), token),
        ["Send values pipe"] = async (services, token) =>
            await (await SenderAsync(services)).Send<Inquire>(Values, Pipe.Execute<SendContext>(SetHeader), token),
    };

    public static TheoryData<string> Names => [.. Overloads.Keys];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static Inquire Message => new() { Text = "x" };

    private static object Values => new { Text = "x" };

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Send_EveryOverload_ArrivesAsGivenAndIsCountedOnce(string overload)
    {
        var received = new Collected<Inquire>();
        await using TestBus bus = await TestBus.StartAsync(
            static _ => { }, (_, memory) => memory.ReceiveEndpoint("inquire", endpoint => endpoint.Handler<Inquire>(received.AddAsync)));

        await Overloads[overload](bus.Services, Token);
        ConsumeContext<Inquire> arrived = await received.NextAsync(Token);

        arrived.Message.ShouldBe(Message);
        arrived.MessageId.ShouldNotBeNull();
        arrived.Headers.TryGetHeader(Header, out _).ShouldBe(overload.EndsWith("pipe", StringComparison.Ordinal));
        bus.Measured.Sum("executions", ("side", "publisher"), ("operation", "inquire"), ("result", "success")).ShouldBe(1);
        bus.Measured.Sum("executions", ("side", "publisher")).ShouldBe(1);
    }

    private static IPublishEndpoint Publisher(IServiceProvider services) => services.GetRequiredService<IPublishEndpoint>();

    private static Task<ISendEndpoint> SenderAsync(IServiceProvider services) =>
        services.GetRequiredService<ISendEndpointProvider>().GetSendEndpoint(new Uri("queue:inquire"));

    private static void SetHeader(SendContext context) => context.Headers.Set(Header, "set");
}
