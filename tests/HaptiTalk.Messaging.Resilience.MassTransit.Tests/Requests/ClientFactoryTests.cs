using MassTransit;
using Microsoft.Extensions.DependencyInjection;

namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>Whatever the factories of a bus and of a scope make is protected, once.</summary>
public sealed class ClientFactoryTests
{
    private static readonly Uri Address = new("queue:ask");
    private static readonly Inquire Message = new() { Text = "x" };
    private static readonly object Values = new { Text = "x" };

    private static readonly Dictionary<string, Func<IServiceProvider, ConsumeContext, CancellationToken, Task<Response<Answer>>>> Members = new(StringComparer.Ordinal)
    {
        ["bus: client"] = (services, _, token) => AskAsync(OfBus(services).CreateRequestClient<Inquire>(), token),
        ["bus: client, address"] = (services, _, token) => AskAsync(OfBus(services).CreateRequestClient<Inquire>(Address), token),
        ["bus: client, context"] = (services, context, token) => AskAsync(OfBus(services).CreateRequestClient<Inquire>(context), token),
        ["bus: client, context, address"] = (services, context, token) => AskAsync(OfBus(services).CreateRequestClient<Inquire>(context, Address), token),
        ["bus: message"] = (services, _, token) => AskAsync(OfBus(services).CreateRequest(Message, token)),
        ["bus: message, address"] = (services, _, token) => AskAsync(OfBus(services).CreateRequest(Address, Message, token)),
        ["bus: message, context"] = (services, context, token) => AskAsync(OfBus(services).CreateRequest(context, Message, token)),
        ["bus: message, context, address"] = (services, context, token) => AskAsync(OfBus(services).CreateRequest(context, Address, Message, token)),
        ["bus: values"] = (services, _, token) => AskAsync(OfBus(services).CreateRequest<Inquire>(Values, token)),
        ["bus: values, address"] = (services, _, token) => AskAsync(OfBus(services).CreateRequest<Inquire>(Address, Values, token)),
        ["bus: values, context"] = (services, context, token) => AskAsync(OfBus(services).CreateRequest<Inquire>(context, Values, token)),
        ["bus: values, context, address"] = (services, context, token) => AskAsync(OfBus(services).CreateRequest<Inquire>(context, Address, Values, token)),
        ["scope: client"] = (services, _, token) => AskAsync(OfScope(services).CreateRequestClient<Inquire>(), token),
        ["scope: client, address"] = (services, _, token) => AskAsync(OfScope(services).CreateRequestClient<Inquire>(Address), token),
        ["scope: message"] = (services, _, token) => AskAsync(OfScope(services).CreateRequest(Message, token)),
        ["scope: message, address"] = (services, _, token) => AskAsync(OfScope(services).CreateRequest(Address, Message, token)),
        ["scope: values"] = (services, _, token) => AskAsync(OfScope(services).CreateRequest<Inquire>(Values, token)),
        ["scope: values, address"] = (services, _, token) => AskAsync(OfScope(services).CreateRequest<Inquire>(Address, Values, token)),
    };

    public static TheoryData<string> Names => [.. Members.Keys];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Names))]
    public async Task GetResponse_EveryMemberOfTheFactories_IsProtectedOnce(string member)
    {
        var consuming = new Collected<Ask>();
        var stopped = new TaskCompletionSource();
        await using TestBus bus = await TestBus.StartAsync(
            static _ => { },
            (_, memory) =>
            {
                memory.ReceiveEndpoint("ask", endpoint => endpoint.Handler<Inquire>(static context => context.RespondAsync(new Answer(context.Message.Text))));
                memory.ReceiveEndpoint("consuming", endpoint => endpoint.Handler<Ask>(async context =>
                {
                    await consuming.AddAsync(context);
                    await stopped.Task;
                }));
            },
            protectConsumers: false);
        await bus.Bus.Publish(new Ask("consumed meanwhile"), Token);

        Response<Answer> reply = await Members[member](bus.Services, await consuming.NextAsync(Token), Token);
        stopped.SetResult();

        reply.Message.Text.ShouldBe("x");
        bus.Measured.Sum("executions", ("side", "client"), ("result", "success")).ShouldBe(1);
    }

    private static IClientFactory OfBus(IServiceProvider services) => services.GetRequiredService<IClientFactory>();

    private static IScopedClientFactory OfScope(IServiceProvider services) => services.GetRequiredService<IScopedClientFactory>();

    private static Task<Response<Answer>> AskAsync(IRequestClient<Inquire> client, CancellationToken token) => client.GetResponse<Answer>(Message, token);

    private static async Task<Response<Answer>> AskAsync(RequestHandle<Inquire> request)
    {
        using (request)
            return await request.GetResponse<Answer>();
    }
}
