using MassTransit;
using Microsoft.Extensions.DependencyInjection;

namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>Requests made while a request is answered: they belong to its conversation and have no more time than it has.</summary>
public sealed class NestedRequestTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task GetResponse_InsideAConsumer_KeepsTheConversation()
    {
        var outer = new Collected<Outer>();
        var inner = new Collected<Ask>();
        await using TestBus bus = await TestBus.StartAsync(bus =>
        {
            bus.AddHandler(async (ConsumeContext<Outer> context, IRequestClient<Ask> client) =>
            {
                await outer.AddAsync(context);
                Response<Answer> reply = await client.GetResponse<Answer>(new Ask(context.Message.Text), context.CancellationToken);
                await context.RespondAsync(reply.Message);
            }).Endpoint(endpoint => endpoint.Name = "outer");
            bus.AddHandler(async (ConsumeContext<Ask> context) =>
            {
                await inner.AddAsync(context);
                await Callee.Answers(context);
            });
        });

        await bus.Client<Outer>().GetResponse<Answer>(new Outer("x"), Token);

        ConsumeContext<Outer> asked = await outer.NextAsync(Token);
        ConsumeContext<Ask> nested = await inner.NextAsync(Token);
        nested.ConversationId.ShouldBe(asked.ConversationId);
        nested.InitiatorId.ShouldBe(asked.CorrelationId ?? asked.RequestId);
        nested.SourceAddress.ShouldBe(asked.ReceiveContext.InputAddress);
        nested.ResponseAddress.ShouldNotBeNull();
    }

    [Fact]
    public async Task GetResponse_InsideAConsumerByItsContext_KeepsTheConversationAsMassTransitDoes()
    {
        var outer = new Collected<Outer>();
        var inner = new Collected<Ask>();
        await using TestBus bus = await TestBus.StartAsync(bus =>
        {
            bus.AddHandler(async (ConsumeContext<Outer> context, IScopedClientFactory factory) =>
            {
                await outer.AddAsync(context);
                IRequestClient<Ask> client = factory.CreateRequestClient<Ask>(new Uri("queue:inner"));
                Response<Answer> reply = await client.GetResponse<Answer>(new Ask(context.Message.Text), context.CancellationToken);
                await context.RespondAsync(reply.Message);
            });
            bus.AddHandler(async (ConsumeContext<Ask> context) =>
            {
                await inner.AddAsync(context);
                await Callee.Answers(context);
            }).Endpoint(endpoint => endpoint.Name = "inner");
        });

        await bus.Client<Outer>().GetResponse<Answer>(new Outer("x"), Token);

        (await inner.NextAsync(Token)).ConversationId.ShouldBe((await outer.NextAsync(Token)).ConversationId);
    }

    [Theory]
    [InlineData("client")]
    [InlineData("scoped factory")]
    [InlineData("bus's factory")]
    [InlineData("handle")]
    public async Task GetResponse_InsideAConsumer_HasNoMoreTimeThanItIsLeftAndCountsOnce(string way)
    {
        var inner = new Collected<Ask>();
        await using TestBus bus = await TestBus.StartAsync(
            bus =>
            {
                bus.AddHandler(async (ConsumeContext<Outer> context, IServiceProvider services) =>
                {
                    var client = services.GetRequiredService<IRequestClient<Ask>>();
                    var ask = new Ask("x");
                    using RequestHandle<Ask>? handle = way == "handle" ? client.Create(ask, context.CancellationToken) : null;
                    Response<Answer> reply = await (way switch
                    {
                        "client" => client.GetResponse<Answer>(ask, context.CancellationToken),
                        "scoped factory" => services.GetRequiredService<IScopedClientFactory>().CreateRequestClient<Ask>()
                            .GetResponse<Answer>(ask, context.CancellationToken),
                        "bus's factory" => services.GetRequiredService<IClientFactory>().CreateRequestClient<Ask>(context)
                            .GetResponse<Answer>(ask, context.CancellationToken),
                        _ => handle!.GetResponse<Answer>(),
                    });
                    await context.RespondAsync(reply.Message);
                }).Endpoint(endpoint => endpoint.Name = "outer");
                bus.AddHandler(async (ConsumeContext<Ask> context) =>
                {
                    await inner.AddAsync(context);
                    await Callee.Answers(context);
                });
            },
            settings: Settings.Of("user:Timeout:DefaultTimeout=01:00:00", "session:Timeout:DefaultTimeout=00:10:00"));

        await bus.Client<Outer>().GetResponse<Answer>(new Outer("x"), Token);

        ConsumeContext<Ask> nested = await inner.NextAsync(Token);
        nested.InitiatorId.ShouldNotBeNull();
        (nested.ExpirationTime - nested.SentTime).ShouldNotBeNull().ShouldBeLessThan(TimeSpan.FromMinutes(10));
        bus.Measured.Sum("executions", ("side", "client"), ("service", "user"), ("result", "success")).ShouldBe(1);
    }

    [Fact]
    public async Task GetResponse_ThreeServicesDeep_EachHasNoMoreTimeThanItsCaller()
    {
        var first = new Collected<Outer>();
        var second = new Collected<Inquire>();
        var third = new Collected<Ask>();
        await using TestBus bus = await TestBus.StartAsync(
            bus =>
            {
                bus.AddHandler(async (ConsumeContext<Outer> context, IRequestClient<Inquire> client) =>
                {
                    await first.AddAsync(context);
                    Response<Answer> reply = await client.GetResponse<Answer>(new Inquire { Text = "x" }, context.CancellationToken);
                    await context.RespondAsync(reply.Message);
                });
                bus.AddHandler(async (ConsumeContext<Inquire> context, IRequestClient<Ask> client) =>
                {
                    await second.AddAsync(context);
                    Response<Answer> reply = await client.GetResponse<Answer>(new Ask("x"), context.CancellationToken);
                    await context.RespondAsync(reply.Message);
                });
                bus.AddHandler(async (ConsumeContext<Ask> context) =>
                {
                    await third.AddAsync(context);
                    await Callee.Answers(context);
                });
            },
            settings: Settings.Of("user:Timeout:DefaultTimeout=01:00:00", "session:Timeout:DefaultTimeout=01:00:00"));

        await bus.Client<Outer>().GetResponse<Answer>(new Outer("x"), Token, RequestTimeout.After(m: 1));

        DateTime firstEnds = (await first.NextAsync(Token)).ExpirationTime.ShouldNotBeNull();
        DateTime secondEnds = (await second.NextAsync(Token)).ExpirationTime.ShouldNotBeNull();
        DateTime thirdEnds = (await third.NextAsync(Token)).ExpirationTime.ShouldNotBeNull();
        secondEnds.ShouldBeLessThan(firstEnds);
        thirdEnds.ShouldBeLessThan(secondEnds);
    }
}
