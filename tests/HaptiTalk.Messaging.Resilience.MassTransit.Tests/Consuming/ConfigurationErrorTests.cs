using MassTransit;
using MassTransit.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>What is set up wrongly is said at start, in words that tell what to do.</summary>
public sealed class ConfigurationErrorTests
{
    [Fact]
    public async Task UseMessagingResilience_TwoServicesConsumeOneMessageOnOneEndpoint_IsRefusedAtStart()
    {
        Exception refused = await StartAsync(static bus =>
        {
            bus.AddMessagingResilience();
            bus.AddConsumer<SessionsConsumer>().Endpoint(static endpoint => endpoint.Name = "happened");
            bus.AddConsumer<ReportsConsumer>().Endpoint(static endpoint => endpoint.Name = "happened");
        });

        refused.Message.ShouldContain("happened");
        refused.Message.ShouldContain("'session'");
        refused.Message.ShouldContain("'report'");
        refused.Message.ShouldContain(nameof(ReportsConsumer));
    }

    [Fact]
    public async Task UseMessagingResilience_BusNotPrepared_SaysWhatToCall()
    {
        Exception refused = await StartAsync(static _ => { });

        refused.Message.ShouldContain("bus.AddMessagingResilience()");
        refused.Message.ShouldContain("services.AddMessagingResilience(configuration)");
    }

    [Fact]
    public async Task UseMessagingResilience_ServicesNotAdded_SaysWhatToCall()
    {
        Exception refused = await StartAsync(static bus => bus.AddMessagingResilience(), addServices: false);

        refused.Message.ShouldContain("services.AddMessagingResilience(configuration)");
    }

    [Fact]
    public async Task AddMessagingResilience_ServicesNotAddedAndNoFilter_SaysWhatToCall()
    {
        Exception refused = await StartAsync(
            static bus => bus.AddMessagingResilience(), addServices: false, protectConsumers: false);

        refused.Message.ShouldContain("services.AddMessagingResilience(configuration)");
    }

    private static async Task<Exception> StartAsync(
        Action<IBusRegistrationConfigurator> configure, bool addServices = true, bool protectConsumers = true)
    {
        var services = new ServiceCollection();
        if (addServices)
            services.AddMessagingResilience(new ConfigurationBuilder().Build());
        services.AddMassTransitTestHarness(TextWriter.Null, bus =>
        {
            configure(bus);
            bus.UsingInMemory((context, memory) =>
            {
                if (protectConsumers)
                    memory.UseMessagingResilience(context);
                memory.ConfigureEndpoints(context);
            });
        });
        await using ServiceProvider provider = services.BuildServiceProvider();
        var failure = await Should.ThrowAsync<ConfigurationException>(provider.StartTestHarness());
        return failure.GetBaseException().ShouldBeOfType<ConfigurationException>();
    }

    [ServiceProfile("session")]
    private sealed class SessionsConsumer : IConsumer<Happened>
    {
        public Task Consume(ConsumeContext<Happened> context) => Task.CompletedTask;
    }

    [ServiceProfile("report")]
    private sealed class ReportsConsumer : IConsumer<Happened>
    {
        public Task Consume(ConsumeContext<Happened> context) => Task.CompletedTask;
    }
}
