using MassTransit;

namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>A filter on the whole bus stands in front of the bus's own endpoint too, where replies arrive: those it lets pass.</summary>
public sealed class BusEndpointTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Send_Reply_IsNotRunUnderAProfile()
    {
        await using TestBus bus = await StartAsync(Callee.Answers);

        await bus.Client<Ask>().GetResponse<Answer>(new Ask("x"), Token);
        await bus.DeliveredAsync("ask");

        bus.Measured.Sum("executions", ("side", "consumer")).ShouldBe(1);
        bus.Measured.Sum("executions", ("side", "consumer"), ("operation", "ask")).ShouldBe(1);
    }

    [Fact]
    public async Task Send_FaultForTheRequester_IsNotRunUnderAProfile()
    {
        await using TestBus bus = await StartAsync(Callee.Fails);

        await Should.ThrowAsync<RequestFaultException>(bus.Client<Ask>().GetResponse<Answer>(new Ask("x"), Token));
        await bus.DeliveredAsync("ask");

        bus.Measured.Sum("executions", ("side", "consumer")).ShouldBe(1);
    }

    [Fact]
    public async Task Send_BreakerOfTheProcessOpen_RepliesStillArrive()
    {
        await using TestBus bus = await StartAsync(Callee.Answers);
        await bus.Bus.Publish(new Happened(1), Token);
        await bus.DeliveredAsync("happened");
        bus.Snapshot(ResilienceSide.Consumer, "report").CircuitState.ShouldBe(CircuitState.Open);

        Response<Answer> reply = await bus.Client<Ask>().GetResponse<Answer>(new Ask("x"), Token);

        reply.Message.Text.ShouldBe("x");
    }

    // The process is report; requests are answered on an endpoint of session, so that report's breaker concerns the replies alone.
    private static Task<TestBus> StartAsync(MessageHandler<Ask> callee)
    {
        Dictionary<string, string?> settings = Settings.Of(
            "report:Retry:MaxRetries=0", "report:CircuitBreaker:FailureThreshold=1", "report:CircuitBreaker:ResetTimeout=10:00:00");
        settings["Resilience:Service"] = "report";
        return TestBus.StartAsync(
            static _ => { },
            (context, memory) =>
            {
                memory.ReceiveEndpoint("ask", endpoint =>
                {
                    endpoint.UseMessagingResilience(context, "session");
                    endpoint.Handler(callee);
                });
                memory.ReceiveEndpoint("happened", static endpoint =>
                    endpoint.Handler<Happened>(static _ => throw new InvalidOperationException("broken")));
            },
            settings: settings);
    }
}
