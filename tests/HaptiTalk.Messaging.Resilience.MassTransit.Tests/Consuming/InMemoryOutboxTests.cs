using MassTransit;
using Microsoft.Extensions.DependencyInjection;

namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>MassTransit's in-memory outbox inside the framework: what a failed attempt sent is discarded with it.</summary>
public sealed class InMemoryOutboxTests
{
    private readonly Collected<Happened> _published = new();
    private int _attempts;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Publish_ByTheContextOfAFailedAttempt_IsDiscarded()
    {
        await using TestBus bus = await StartAsync(outbox: true, (context, _, attempt) => context.Publish(new Happened(attempt)));

        Response<Answer> reply = await bus.Client<Ask>().GetResponse<Answer>(new Ask("x"), Token);

        reply.Message.Text.ShouldBe("x");
        (await PublishedAsync(bus, 1)).ShouldBe([2]);
        bus.Measured.Sum("executions", ("side", "publisher"), ("operation", "happened")).ShouldBe(1);
    }

    [Fact]
    public async Task Publish_ByAnInjectedEndpointOfAFailedAttempt_IsDiscarded()
    {
        await using TestBus bus = await StartAsync(
            outbox: true, (_, services, attempt) => services.GetRequiredService<IPublishEndpoint>().Publish(new Happened(attempt)));

        await bus.Client<Ask>().GetResponse<Answer>(new Ask("x"), Token);

        (await PublishedAsync(bus, 1)).ShouldBe([2]);
        bus.Measured.Sum("executions", ("side", "publisher"), ("operation", "happened")).ShouldBe(1);
    }

    [Fact]
    public async Task Send_ByAnInjectedProviderOfAFailedAttempt_IsDiscarded()
    {
        await using TestBus bus = await StartAsync(outbox: true, async (_, services, attempt) =>
        {
            ISendEndpoint endpoint = await services.GetRequiredService<ISendEndpointProvider>().GetSendEndpoint(new Uri("queue:happened"));
            await endpoint.Send(new Happened(attempt));
        });

        await bus.Client<Ask>().GetResponse<Answer>(new Ask("x"), Token);

        (await PublishedAsync(bus, 1)).ShouldBe([2]);
        bus.Measured.Sum("executions", ("side", "publisher"), ("operation", "happened")).ShouldBe(1);
    }

    [Fact]
    public async Task Publish_WithoutTheOutbox_EveryAttemptsMessageIsSent()
    {
        await using TestBus bus = await StartAsync(outbox: false, (context, _, attempt) => context.Publish(new Happened(attempt)));

        await bus.Client<Ask>().GetResponse<Answer>(new Ask("x"), Token);

        (await PublishedAsync(bus, 3)).ShouldBe([0, 1, 2]);
    }

    // A marker published last shows that nothing else is on its way.
    private async Task<List<int>> PublishedAsync(TestBus bus, int expected)
    {
        await bus.DeliveredAsync("ask");
        await bus.DeliveredAsync("happened", expected);
        await bus.Bus.Publish(new Happened(-1), Token);
        List<int> numbers = [];
        while ((await _published.NextAsync(Token)).Message.Number is var number and >= 0)
            numbers.Add(number);
        return numbers;
    }

    private Task<TestBus> StartAsync(bool outbox, Func<ConsumeContext<Ask>, IServiceProvider, int, Task> send) => TestBus.StartAsync(
        bus => bus.AddHandler(async (ConsumeContext<Ask> context, IServiceProvider services) =>
        {
            int attempt = _attempts++;
            await send(context, services, attempt);
            await Callee.Answers(context);
            if (attempt < 2)
                throw new InvalidOperationException("broken");
        }).Endpoint(static endpoint => endpoint.Name = "ask"),
        (context, memory) =>
        {
            if (outbox)
                memory.UseInMemoryOutbox(context);
            memory.ReceiveEndpoint("happened", endpoint =>
            {
                endpoint.ConcurrentMessageLimit = 1;
                endpoint.Handler<Happened>(_published.AddAsync);
            });
        });
}
