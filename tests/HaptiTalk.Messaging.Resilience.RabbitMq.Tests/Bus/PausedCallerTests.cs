using HaptiTalk.Messaging.Resilience.Brokers;
using HaptiTalk.Messaging.Resilience.Tests;
using MassTransit;

namespace HaptiTalk.Messaging.Resilience.RabbitMq.Tests.Bus;

/// <summary>A caller that is stopped for longer than its calls may take: the service has done nothing wrong.</summary>
public sealed class PausedCallerTests(BrokerFixture broker)
{
    private const int AtOnce = 2;
    private const int Pauses = 3;
    private static readonly TimeSpan Work = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1.2);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task GetResponse_CallerStoppedAtTenTimesTheCapacity_NoCircuitOpens()
    {
        await using VirtualHost host = await broker.CreateVirtualHostAsync(Token);
        await using RabbitBus callee = await RabbitBus.StartAsync(
            host,
            static (_, rabbit) => rabbit.ReceiveEndpoint("ask", static endpoint => endpoint.Handler<Ask>(static async context =>
            {
                await Task.Delay(Work, TimeProvider.System, context.CancellationToken);
                await context.RespondAsync(new Answer("x"));
            })),
            Settings.Of($"user:Bulkhead:MaxConcurrentCalls={AtOnce}", "user:Bulkhead:QueueCapacity=4"));
        using CallingProcess caller = await CallingProcess.StartAsync(host, perSecond: (int)(10 * AtOnce / Work.TotalSeconds));
        await caller.AnsweredAsync(10);
        (_, long timedOut, long opened) = await caller.CountAsync();

        for (int pause = 0; pause < Pauses; pause++)
        {
            await caller.StandStillAsync(Pause);
            await caller.AnsweredAsync(10);
        }

        (long Answered, long TimedOut, long Opened) after = await caller.CountAsync();
        after.TimedOut.ShouldBeGreaterThan(timedOut, "no call was under way when the caller was stopped");
        after.Opened.ShouldBe(opened);
    }
}
