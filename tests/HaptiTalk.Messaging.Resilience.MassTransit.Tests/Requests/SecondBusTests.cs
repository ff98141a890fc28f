using MassTransit;
using MassTransit.DependencyInjection;
using Microsoft.Extensions.DependencyInjection;

namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>A process with two buses: each protects what it sends, and only if it was told to.</summary>
public sealed class SecondBusTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task GetResponse_ClientOfTheSecondBus_IsProtectedAndGoesThere()
    {
        await using TestBus bus = await StartAsync(static second => second.AddMessagingResilience());

        Response<Answer> reply = await bus.Client<Ask>().GetResponse<Answer>(new Ask("x"), Token);

        reply.Message.Text.ShouldBe("second");
        bus.Measured.Sum("executions", ("side", "client"), ("result", "success")).ShouldBe(1);
    }

    [Fact]
    public async Task Publish_BoundEndpointOfTheSecondBus_IsProtected()
    {
        await using TestBus bus = await StartAsync(static second => second.AddMessagingResilience());

        await bus.Services.GetRequiredService<Bind<ISecondBus, IPublishEndpoint>>().Value.Publish(new Happened(1), Token);

        bus.Measured.Sum("executions", ("side", "publisher"), ("result", "success")).ShouldBe(1);
    }

    [Fact]
    public async Task GetResponse_SecondBusWithoutTheFramework_IsMassTransitsOwn()
    {
        await using TestBus bus = await StartAsync(static _ => { });

        Response<Answer> reply = await bus.Client<Ask>().GetResponse<Answer>(new Ask("x"), Token);

        reply.Message.Text.ShouldBe("second");
        bus.Measured.Sum("executions", ("side", "client")).ShouldBe(0);
    }

    [Fact]
    public async Task GetResponse_BoundFactoryOfTheSecondBus_IsProtectedAndGoesThere()
    {
        await using TestBus bus = await StartAsync(static second => second.AddMessagingResilience());

        Response<Answer> reply = await BoundFactory(bus).CreateRequestClient<Ask>().GetResponse<Answer>(new Ask("x"), Token);

        reply.Message.Text.ShouldBe("second");
        bus.Measured.Sum("executions", ("side", "client"), ("result", "success")).ShouldBe(1);
    }

    [Fact]
    public async Task GetResponse_BoundFactoryOfASecondBusWithoutTheFramework_IsMassTransitsOwn()
    {
        await using TestBus bus = await StartAsync(static _ => { });

        await BoundFactory(bus).CreateRequestClient<Ask>().GetResponse<Answer>(new Ask("x"), Token);

        bus.Measured.Sum("executions", ("side", "client")).ShouldBe(0);
    }

    private static IClientFactory BoundFactory(TestBus bus) => bus.Services.GetRequiredService<Bind<ISecondBus, IClientFactory>>().Value;

    // The first bus answers too, so that a client that went there would show.
    private static Task<TestBus> StartAsync(Action<IBusRegistrationConfigurator> second) => TestBus.StartAsync(
        static bus => bus.AddHandler(static (ConsumeContext<Ask> context) => context.RespondAsync(new Answer("first"))),
        resilience: builder => builder.Services.AddMassTransit<ISecondBus>(bus =>
        {
            bus.AddHandler(static (ConsumeContext<Ask> context) => context.RespondAsync(new Answer("second")));
            bus.AddRequestClient<Ask>();
            second(bus);
            bus.UsingInMemory(static (context, memory) =>
            {
                memory.Host(new Uri("loopback://second/"));
                memory.ConfigureEndpoints(context);
            });
        }));

    public interface ISecondBus : IBus;
}
