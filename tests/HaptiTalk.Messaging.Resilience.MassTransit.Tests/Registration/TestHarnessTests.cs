using MassTransit;
using MassTransit.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>MassTransit's test harness over a whole application takes the bus's place: with the framework in it, everything is protected, once.</summary>
public sealed class TestHarnessTests : IDisposable
{
    private readonly StartLog _log = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _log.Dispose();

    [Fact]
    public async Task AddMassTransitTestHarness_OverAnApplication_StartsAndSaysWhatGoesUnprotected()
    {
        await using ServiceProvider provider = Application(static services => services.AddMassTransitTestHarness(TextWriter.Null));

        Response<Answer> reply = await AskAsync(await provider.StartTestHarness());

        reply.Message.Text.ShouldBe("x");
        _log.Warnings.ShouldContain(static warning => warning.Contains("inside AddMassTransitTestHarness", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task AddMassTransitTestHarness_WithTheFrameworkInside_ProtectsOnce(bool addsServicesLast)
    {
        await using ServiceProvider provider = Application(
            static services => services.AddMassTransitTestHarness(TextWriter.Null, static bus =>
            {
                bus.AddMessagingResilience();
                bus.UsingInMemory(static (context, memory) =>
                {
                    memory.UseMessagingResilience(context);
                    memory.ConfigureEndpoints(context);
                });
            }),
            addsServicesLast);
        using var measured = new Measured(provider);
        ITestHarness harness = await provider.StartTestHarness();

        Response<Answer> reply = await AskAsync(harness);
        await provider.GetRequiredService<IClientFactory>().CreateRequestClient<Ask>().GetResponse<Answer>(new Ask("x"), Token);
        await harness.Scope.ServiceProvider.GetRequiredService<IPublishEndpoint>().Publish(new Unassigned("x"), Token);

        reply.Message.Text.ShouldBe("x");
        measured.Sum("executions", ("side", "client")).ShouldBe(2);
        measured.Sum("executions", ("side", "publisher")).ShouldBe(1);
        await measured.ReachedAsync(2, "executions", ("side", "consumer"));
        measured.Sum("executions", ("side", "consumer")).ShouldBe(2);
        _log.Warnings.ShouldBeEmpty();
    }

    // As an application does it, for RabbitMQ; the harness puts memory in its place.
    private ServiceProvider Application(Action<IServiceCollection> addHarness, bool addsServicesLast = false)
    {
        var services = new ServiceCollection();
        services.AddLogging(logging => logging.AddProvider(_log));
        IConfigurationRoot configuration = new ConfigurationBuilder().AddInMemoryCollection(TestBus.QuickProfile).Build();
        if (!addsServicesLast)
            services.AddMessagingResilience(configuration);
        services.AddMassTransit(static bus =>
        {
            bus.AddConsumer<Answerer>();
            bus.AddMessagingResilience();
            bus.UsingRabbitMq(static (context, rabbit) =>
            {
                rabbit.UseMessagingResilience(context);
                rabbit.ConfigureEndpoints(context);
            });
        });
        addHarness(services);
        if (addsServicesLast)
            services.AddMessagingResilience(configuration);
        return services.BuildServiceProvider(validateScopes: true);
    }

    private static Task<Response<Answer>> AskAsync(ITestHarness harness) => harness.GetRequestClient<Ask>().GetResponse<Answer>(new Ask("x"), Token);

    public sealed class Answerer : IConsumer<Ask>
    {
        public Task Consume(ConsumeContext<Ask> context) => Callee.Answers(context);
    }
}
