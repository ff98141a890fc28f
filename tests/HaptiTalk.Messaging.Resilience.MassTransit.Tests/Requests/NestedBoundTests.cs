using MassTransit;

namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>A call deep inside hangs under a timeout far longer than its caller's.</summary>
[Collection(Timed.Name)]
public sealed class NestedBoundTests
{
    private static readonly TimeSpan Total = TimeSpan.FromMilliseconds(800);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task GetResponse_InnermostNeverAnswers_OutermostCallerIsAnsweredWithinItsTotalTimeout()
    {
        await using TestBus bus = await TestBus.StartAsync(
            static bus =>
            {
                bus.AddHandler(static async (ConsumeContext<Outer> context, IRequestClient<Inquire> client) =>
                {
                    Response<Answer> reply = await client.GetResponse<Answer>(new Inquire { Text = "x" }, context.CancellationToken);
                    await context.RespondAsync(reply.Message);
                });
                bus.AddHandler(static async (ConsumeContext<Inquire> context, IRequestClient<Ask> nobodyAnswers) =>
                {
                    Response<Answer> reply = await nobodyAnswers.GetResponse<Answer>(new Ask("x"), context.CancellationToken);
                    await context.RespondAsync(reply.Message);
                });
            },
            settings: Settings.Of(
                "session:Timeout:DefaultTimeout=00:00:00.800",
                "user:Timeout:DefaultTimeout=01:00:00",
                "session:CircuitBreaker:FailureThreshold=1000",
                "user:CircuitBreaker:FailureThreshold=1000"));
        await AskAsync(bus);

        TimeSpan overtime = await Bound.OvertimeAsync(Total, () => AskAsync(bus));

        overtime.ShouldBeLessThan(Bound.Tolerance);
    }

    // Whether the service in between says in time that it failed, or not, is a matter of milliseconds.
    private static async Task AskAsync(TestBus bus)
    {
        Exception failure = await Should.ThrowAsync<Exception>(bus.Client<Outer>().GetResponse<Answer>(new Outer("x"), Token));

        if (failure is RequestFaultException { Fault: { } fault })
            fault.Exceptions[0].Message.ShouldContain("did not answer within");
        else
            failure.ShouldBeOfType<RequestTimedOutException>();
    }
}
