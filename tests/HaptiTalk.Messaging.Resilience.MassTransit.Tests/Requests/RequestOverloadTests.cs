using MassTransit;

namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>Every way to call a client goes through the policies, once, with its message and its callback intact.</summary>
public sealed class RequestOverloadTests
{
    private const string Header = "test-header";

    private static readonly object Values = new { Text = "x" };
    private static readonly Inquire Message = new() { Text = "x" };

    private static readonly Dictionary<string, Func<IRequestClient<Inquire>, CancellationToken, Task<object>>> Overloads = new(StringComparer.Ordinal)
    {
        ["1 message"] = async (client, token) => (await client.GetResponse<Answer>(Message, token)).Message,
        ["1 message callback"] = async (client, token) => (await client.GetResponse<Answer>(Message, AddHeader, token)).Message,
        ["1 values"] = async (client, token) => (await client.GetResponse<Answer>(Values, token)).Message,
        ["1 values callback"] = async (client, token) => (await client.GetResponse<Answer>(Values, AddHeader, token)).Message,
        ["2 message"] = async (client, token) => (await client.GetResponse<Answer, OtherAnswer>(Message, token)).Message,
        ["2 message callback"] = async (client, token) => (await client.GetResponse<Answer, OtherAnswer>(Message, AddHeader, token)).Message,
        ["2 values"] = async (client, token) => (await client.GetResponse<Answer, OtherAnswer>(Values, token)).Message,
        ["2 values callback"] = async (client, token) => (await client.GetResponse<Answer, OtherAnswer>(Values, AddHeader, token)).Message,
        ["3 message"] = async (client, token) => (await client.GetResponse<Answer, OtherAnswer, Outer>(Message, token)).Message,
        ["3 message callback"] = async (client, token) => (await client.GetResponse<Answer, OtherAnswer, Outer>(Message, AddHeader, token)).Message,
        ["3 values"] = async (client, token) => (await client.GetResponse<Answer, OtherAnswer, Outer>(Values, token)).Message,
        ["3 values callback"] = async (client, token) => (await client.GetResponse<Answer, OtherAnswer, Outer>(Values, AddHeader, token)).Message,
        ["create message"] = (client, token) => ReplyAsync(client.Create(Message, token)),
        ["create message callback"] = (client, token) => ReplyAsync(client.Create(Message, token), AddHeader),
        ["create values"] = (client, token) => ReplyAsync(client.Create(Values, token)),
        ["create values callback"] = (client, token) => ReplyAsync(client.Create(Values, token), AddHeader),
    };

    public static TheoryData<string> Names => [.. Overloads.Keys];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Names))]
    public async Task GetResponse_EveryOverload_IsSentAsGivenAndCountedOnce(string overload)
    {
        await using TestBus bus = await StartAsync(context => context.RespondAsync(
            new Answer($"{context.Message.Text} {(context.Headers.TryGetHeader(Header, out object? value) ? value : "none")}")));

        object reply = await Overloads[overload](bus.Client<Inquire>(), Token);

        reply.ShouldBe(new Answer(overload.EndsWith("callback", StringComparison.Ordinal) ? "x set" : "x none"));
        bus.Measured.Sum("executions", ("side", "client"), ("result", "success")).ShouldBe(1);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task GetResponse_EveryOverload_IsRefusedWhileTheBreakerIsOpen(string overload)
    {
        await using TestBus bus = await StartAsync(_ => throw new InvalidOperationException("broken"));
        await Should.ThrowAsync<RequestFaultException>(Overloads[overload](bus.Client<Inquire>(), Token));

        await Should.ThrowAsync<CircuitOpenRejectedException>(Overloads[overload](bus.Client<Inquire>(), Token));
    }

    private static async Task<object> ReplyAsync(RequestHandle<Inquire> handle, Action<IRequestPipeConfigurator<Inquire>>? configure = null)
    {
        using (handle)
        {
            configure?.Invoke(handle);
            return (await handle.GetResponse<Answer>()).Message;
        }
    }

    private static void AddHeader(IRequestPipeConfigurator<Inquire> request) => request.UseExecute(context => context.Headers.Set(Header, "set"));

    private static Task<TestBus> StartAsync(Func<ConsumeContext<Inquire>, Task> callee) => TestBus.StartAsync(
        static _ => { },
        (_, memory) => memory.ReceiveEndpoint("ask", endpoint => endpoint.Handler<Inquire>(context => callee(context))),
        settings: Settings.Of("user:CircuitBreaker:FailureThreshold=1"),
        protectConsumers: false);
}
