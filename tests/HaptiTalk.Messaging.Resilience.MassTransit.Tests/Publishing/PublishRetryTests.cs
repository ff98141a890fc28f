using MassTransit;
using Microsoft.Extensions.DependencyInjection;

namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>Writes that fail: repeated as the same message, and broken off when the broker stays away.</summary>
public sealed class PublishRetryTests
{
    private readonly FailingBroker<Happened> _broker = new();
    private readonly Collected<Happened> _received = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Publish_WriteFailsTwice_IsRepeatedUnderTheSameMessageId()
    {
        _broker.Write = static write => write <= 2 ? FailingBroker.Fails(write) : Task.CompletedTask;
        await using TestBus bus = await StartAsync();

        await PublishAsync(bus);
        ConsumeContext<Happened> received = await _received.NextAsync(Token);

        _broker.MessageIds.Count.ShouldBe(3);
        _broker.MessageIds.Distinct().ShouldHaveSingleItem().ShouldBe(received.MessageId);
        bus.Measured.Sum("retry_attempts", ("side", "publisher")).ShouldBe(2);
    }

    [Fact]
    public async Task Send_WriteFailsTwice_IsRepeatedUnderTheSameMessageId()
    {
        _broker.Write = static write => write <= 2 ? FailingBroker.Fails(write) : Task.CompletedTask;
        await using TestBus bus = await StartAsync();
        ISendEndpoint endpoint = await bus.Services.GetRequiredService<ISendEndpointProvider>().GetSendEndpoint(new Uri("queue:happened"));

        await endpoint.Send(new Happened(1), Token);
        ConsumeContext<Happened> received = await _received.NextAsync(Token);

        _broker.MessageIds.Count.ShouldBe(3);
        _broker.MessageIds.Distinct().ShouldHaveSingleItem().ShouldBe(received.MessageId);
    }

    [Fact]
    public async Task Publish_MessageIdGivenByTheCaller_IsKept()
    {
        var id = NewId.NextGuid();
        _broker.Write = static write => write == 1 ? FailingBroker.Fails(write) : Task.CompletedTask;
        await using TestBus bus = await StartAsync();

        await bus.Services.GetRequiredService<IPublishEndpoint>().Publish(new Happened(1), context => context.MessageId = id, Token);

        (await _received.NextAsync(Token)).MessageId.ShouldBe(id);
        _broker.MessageIds.ShouldBe([id, id]);
    }

    [Fact]
    public async Task Publish_EveryWriteFails_PublisherGetsTheBrokersFailure()
    {
        _broker.Write = FailingBroker.Fails;
        await using TestBus bus = await StartAsync();

        var failure = await Should.ThrowAsync<TransportException>(PublishAsync(bus));

        failure.Message.ShouldContain("no broker");
        _broker.MessageIds.Count.ShouldBe(4);
        bus.Snapshot(ResilienceSide.Publisher).FailureCount.ShouldBe(1);
    }

    [Fact]
    public async Task Publish_BreakerOpen_IsRefusedAtOnce()
    {
        await using TestBus bus = await StartAsync("user:CircuitBreaker:FailureThreshold=1", "user:Retry:MaxRetries=0");
        await OpenAsync(bus);

        CircuitOpenRejectedException refused = await Should.ThrowAsync<CircuitOpenRejectedException>(PublishAsync(bus));

        refused.Service.ShouldBe("user");
        refused.Operation.ShouldBe("happened");
        _broker.MessageIds.Count.ShouldBe(1);
    }

    [Fact]
    public async Task RespondAsync_PublishersBreakerOpen_ReplyIsSentAllTheSame()
    {
        await using TestBus bus = await StartAsync("user:CircuitBreaker:FailureThreshold=1", "user:Retry:MaxRetries=0");
        await OpenAsync(bus);

        Response<Answer> reply = await bus.Client<Ask>().GetResponse<Answer>(new Ask("x"), Token);

        reply.Message.Text.ShouldBe("x");
    }

    [Fact]
    public async Task Consume_PublishersBreakerOpen_FaultIsSentAllTheSame()
    {
        await using TestBus bus = await StartAsync("user:CircuitBreaker:FailureThreshold=1", "user:Retry:MaxRetries=0");
        await OpenAsync(bus);

        RequestFaultException fault = await Should.ThrowAsync<RequestFaultException>(
            bus.Client<Inquire>().GetResponse<Answer>(new Inquire { Text = "x" }, Token));

        fault.Fault!.Exceptions[0].Message.ShouldBe("broken");
    }

    private static Task PublishAsync(TestBus bus) => bus.Services.GetRequiredService<IPublishEndpoint>().Publish(new Happened(1), Token);

    private async Task OpenAsync(TestBus bus)
    {
        _broker.Write = FailingBroker.Fails;
        await Should.ThrowAsync<TransportException>(PublishAsync(bus));
        bus.Snapshot(ResilienceSide.Publisher).CircuitState.ShouldBe(CircuitState.Open);
    }

    private async Task<TestBus> StartAsync(params string[] settings)
    {
        TestBus bus = await TestBus.StartAsync(
            static _ => { },
            (_, memory) =>
            {
                memory.ReceiveEndpoint("happened", endpoint => endpoint.Handler<Happened>(_received.AddAsync));
                memory.ReceiveEndpoint("ask", static endpoint =>
                {
                    endpoint.Handler<Ask>(Callee.Answers);
                    endpoint.Handler<Inquire>(static _ => throw new InvalidOperationException("broken"));
                });
            },
            settings: Settings.Of(settings));
        _broker.Connect(bus.Bus);
        return bus;
    }
}
