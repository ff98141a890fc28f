using MassTransit;

namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>What a caller says of a request holds over all attempts: with values, in a callback, on a handle.</summary>
public sealed class RequestInitializerTests
{
    private readonly FailingBroker<IEnquiry> _broker = new();
    private readonly Collected<IEnquiry> _received = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<string> WaysToAsk => [.. Asking.Keys];

    private static readonly Dictionary<string, Func<IRequestClient<IEnquiry>, object, Task>> Asking = new(StringComparer.Ordinal)
    {
        ["one"] = static (client, values) => client.GetResponse<Answer>(values, Token),
        ["one, callback"] = static (client, values) => client.GetResponse<Answer>(values, Touch, Token),
        ["two"] = static (client, values) => client.GetResponse<Answer, OtherAnswer>(values, Token),
        ["two, callback"] = static (client, values) => client.GetResponse<Answer, OtherAnswer>(values, Touch, Token),
        ["three"] = static (client, values) => client.GetResponse<Answer, OtherAnswer, Unassigned>(values, Token),
        ["three, callback"] = static (client, values) => client.GetResponse<Answer, OtherAnswer, Unassigned>(values, Touch, Token),
        ["handle"] = static async (client, values) =>
        {
            using RequestHandle<IEnquiry> handle = client.Create(values, Token);
            handle.UseExecute(static context => context.Headers.Set("X-Touched", true));
            await handle.GetResponse<Answer>();
        },
    };

    [Theory]
    [MemberData(nameof(WaysToAsk))]
    public async Task GetResponse_ValuesWithEveryVariable_AllAreKept(string way)
    {
        await using TestBus bus = await StartAsync();
        bool isRepeated = way != "handle";
        if (isRepeated)
            _broker.Write = static write => write == 1 ? FailingBroker.Fails(write) : Task.CompletedTask;
        (Guid id, Guid correlation) = (NewId.NextGuid(), NewId.NextGuid());
        var elsewhere = new Uri("loopback://localhost/elsewhere");

        await Asking[way](bus.Client<IEnquiry>(), new
        {
            Text = "x",
            Unique = InVar.Id,
            __MessageId = id,
            __CorrelationId = correlation,
            __RequestId = NewId.NextGuid(),
            __ResponseAddress = elsewhere,
            __TimeToLive = TimeSpan.FromMinutes(7),
            __Header_X_Tenant = "a",
        });
        ConsumeContext<IEnquiry> received = await _received.NextAsync(Token);

        received.Message.Text.ShouldBe("x");
        (received.MessageId, received.CorrelationId).ShouldBe((id, correlation));
        received.ResponseAddress.ShouldBe(bus.Bus.Address, "the reply comes back here, as with MassTransit alone");
        (received.ExpirationTime - received.SentTime).ShouldNotBeNull().ShouldBe(TimeSpan.FromMinutes(7), TimeSpan.FromSeconds(30));
        received.Headers.Get<string>("X-Tenant").ShouldBe("a");
        _broker.MessageIds.ShouldBe(isRepeated ? [id, id] : [id]);
        _broker.Messages.Select(static message => message.Unique).Distinct().ShouldHaveSingleItem().ShouldBe(received.Message.Unique);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task GetResponse_CallersCallback_Wins(bool isHandle)
    {
        await using TestBus bus = await StartAsync();
        IRequestClient<IEnquiry> client = bus.Client<IEnquiry>();
        var id = NewId.NextGuid();
        void Say(IRequestPipeConfigurator<IEnquiry> request) => request.UseExecute(context =>
        {
            context.MessageId = id;
            context.TimeToLive = TimeSpan.FromMinutes(7);
        });

        if (isHandle)
        {
            using RequestHandle<IEnquiry> handle = client.Create(new { Text = "x" }, Token);
            Say(handle);
            await handle.GetResponse<Answer>();
        }
        else
        {
            await client.GetResponse<Answer>(new { Text = "x" }, Say, Token);
        }

        ConsumeContext<IEnquiry> received = await _received.NextAsync(Token);
        received.MessageId.ShouldBe(id);
        (received.ExpirationTime - received.SentTime).ShouldNotBeNull().ShouldBe(TimeSpan.FromMinutes(7), TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task GetResponse_HandleWhoseIdWasAskedForBefore_HasItAndAllElse()
    {
        await using TestBus bus = await StartAsync();
        var id = NewId.NextGuid();
        using RequestHandle<IEnquiry> handle = bus.Client<IEnquiry>().Create(new { Text = "x", __MessageId = id }, Token);
        Guid requestId = handle.RequestId;

        await handle.GetResponse<Answer>();

        ConsumeContext<IEnquiry> received = await _received.NextAsync(Token);
        (received.RequestId, received.MessageId).ShouldBe((requestId, id));
        (await handle.Message).Text.ShouldBe("x");
    }

    private static void Touch(IRequestPipeConfigurator<IEnquiry> request) => request.UseExecute(static context => context.Headers.Set("X-Touched", true));

    private async Task<TestBus> StartAsync()
    {
        TestBus bus = await TestBus.StartAsync(
            static _ => { },
            (_, memory) => memory.ReceiveEndpoint("ask", endpoint => endpoint.Handler<IEnquiry>(async context =>
            {
                await _received.AddAsync(context);
                await context.RespondAsync(new Answer(context.Message.Text));
            })),
            protectConsumers: false);
        _broker.Connect(bus.Bus);
        return bus;
    }

    [ServiceProfile("user")]
    public interface IEnquiry
    {
        string Text { get; }

        Guid Unique { get; }
    }
}
