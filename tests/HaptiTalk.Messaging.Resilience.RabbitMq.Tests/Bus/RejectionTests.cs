using HaptiTalk.Messaging.Resilience.Brokers;
using HaptiTalk.Messaging.Resilience.Tests;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;

namespace HaptiTalk.Messaging.Resilience.RabbitMq.Tests.Bus;

/// <summary>Refusals on their way over a real broker: at once, typed, and leaving nothing behind.</summary>
public sealed class RejectionTests(BrokerFixture broker)
{
    private readonly Callee _callee = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Send_CalleeIsolated_CallerLearnsItAndCountsARejection()
    {
        await using VirtualHost host = await broker.CreateVirtualHostAsync(Token);
        await using RabbitBus bus = await StartAsync(host);
        bus.Services.GetRequiredService<IResilienceControl>().Isolate(new("user", ResilienceSide.Consumer), "test");

        CircuitOpenRejectedException refused = await Should.ThrowAsync<CircuitOpenRejectedException>(AskAsync(bus));
        await bus.DeliveredAsync("ask");

        refused.State.ShouldBe(CircuitState.Isolated);
        refused.IsRemote.ShouldBeTrue();
        refused.RetryAfter.ShouldBeNull();
        bus.Snapshot(ResilienceSide.Client).FailureCount.ShouldBe(0);
        bus.Measured.Sum("executions", ("side", "client"), ("result", "rejected")).ShouldBe(1);
        bus.Measured.Sum("executions", ("side", "consumer"), ("result", "rejected")).ShouldBe(1);
        (await Queue.CountAsync(host, "ask_error") ?? 0).ShouldBe(0u);
        (await Queue.CountAsync(host, "ask_skipped") ?? 0).ShouldBe(0u);
        (await Queue.CountAsync(host, "ask")).ShouldBe(0u);
    }

    [Fact]
    public async Task Send_CalleesBulkheadFull_IsRepeatedAfterTheHintAndServed()
    {
        var gate = new TaskCompletionSource();
        _callee.Behaviour = async context =>
        {
            await gate.Task;
            await Callee.Answers(context);
        };
        await using VirtualHost host = await broker.CreateVirtualHostAsync(Token);
        await using RabbitBus bus = await StartAsync(
            host, "user:Retry:MaxRetries=100", "user:Bulkhead:MaxConcurrentCalls=1", "user:Bulkhead:QueueCapacity=0");
        IRequestClient<Ask> plain = bus.Bus.CreateRequestClient<Ask>(RequestTimeout.After(m: 1));
        Task<Response<Answer>> running = plain.GetResponse<Answer>(new Ask("running"), Token);
        await _callee.ReceivedAsync();

        Task<Response<Answer>> refused = AskAsync(bus);
        await bus.Measured.ReachedAsync(1, "retry_attempts", ("side", "client"));
        gate.SetResult();

        (await refused).Message.Text.ShouldBe("x");
        (await running).Message.Text.ShouldBe("running");
        bus.Measured.Sum("bulkhead_rejections", ("side", "consumer")).ShouldBeGreaterThan(0);
        bus.Measured.Sum("circuit_breaker_calls", ("side", "client"), ("result", "failure")).ShouldBe(0);
        (await Queue.CountAsync(host, "ask_error") ?? 0).ShouldBe(0u);
    }

    private static Task<Response<Answer>> AskAsync(RabbitBus bus) => bus.Client<Ask>().GetResponse<Answer>(new Ask("x"), Token);

    private Task<RabbitBus> StartAsync(VirtualHost host, params ReadOnlySpan<string> settings) => RabbitBus.StartAsync(
        host,
        (_, rabbit) => rabbit.ReceiveEndpoint("ask", endpoint => endpoint.Handler<Ask>(_callee.ConsumeAsync)),
        Settings.Of(settings));
}
