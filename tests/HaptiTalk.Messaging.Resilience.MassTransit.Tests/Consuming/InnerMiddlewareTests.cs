using MassTransit;

namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>MassTransit's own middleware inside the framework's: what a service has configured before it adopts profiles.</summary>
public sealed class InnerMiddlewareTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task UseMessageRetry_Inside_RepeatsWithinAnAttemptAndTheFailureStaysItself()
    {
        int runs = 0;
        await using TestBus bus = await TestBus.StartAsync(
            static _ => { },
            (_, memory) => memory.ReceiveEndpoint("ask", endpoint =>
            {
                endpoint.UseMessageRetry(retry => retry.Immediate(1));
                endpoint.Handler<Ask>(_ =>
                {
                    Interlocked.Increment(ref runs);
                    throw new InvalidOperationException("broken");
                });
            }),
            settings: Settings.Of("user:Retry:MaxRetries=1"),
            watch: "ask");
        var faults = new SentFaults<Ask>();
        faults.Connect(bus.Bus);

        RequestFaultException fault = await Should.ThrowAsync<RequestFaultException>(
            bus.Client<Ask>().GetResponse<Answer>(new Ask("x"), Token));
        DeadLetters left = await bus.DeadLettersAsync("ask");

        fault.Fault!.Exceptions[0].Message.ShouldBe("broken");
        runs.ShouldBe(4);
        faults.All.Count.ShouldBe(1);
        left.Errors.Count.ShouldBe(1);
    }

    [Fact]
    public async Task UseMessageRetry_InsideAndSucceedsAtLast_RequesterGetsTheReply()
    {
        int runs = 0;
        await using TestBus bus = await TestBus.StartAsync(
            static _ => { },
            (_, memory) => memory.ReceiveEndpoint("ask", endpoint =>
            {
                endpoint.UseMessageRetry(retry => retry.Immediate(1));
                endpoint.Handler<Ask>(context =>
                    Interlocked.Increment(ref runs) < 4 ? throw new InvalidOperationException("broken") : Callee.Answers(context));
            }),
            settings: Settings.Of("user:Retry:MaxRetries=1"));

        Response<Answer> reply = await bus.Client<Ask>().GetResponse<Answer>(new Ask("x"), Token);

        reply.Message.Text.ShouldBe("x");
    }
}
