using MassTransit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace HaptiTalk.Messaging.Resilience.BrokerBenchmarks.Chains;

/// <summary>One instance of a service with its operators' endpoints, as its own process has it.</summary>
internal static class Instance
{
    public const string HealthPath = "/health";

    public static WebApplication Build(InstanceSettings settings)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { EnvironmentName = settings.Environment });
        // The output belongs to the answers.
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        foreach ((string key, string value) in settings.Profiles)
            builder.Configuration[$"Resilience:{key}"] = value;
        if (settings.Service is { } service)
            builder.Configuration["Resilience:Service"] = service;

        var breakers = new BreakerLog();
        builder.Services.AddSingleton(settings).AddSingleton<WorkLog>().AddSingleton(breakers);
        builder.Services.AddMessagingResilience(builder.Configuration).OnEvent<CircuitBreakerOpened>(breakers.OnOpened);
        builder.Services.AddHealthChecks().AddMessagingResilience();
        builder.Services.AddOptions<MassTransitHostOptions>().Configure(static options => options.WaitUntilStarted = true);
        builder.Services.AddMassTransit(bus => Configure(bus, settings));

        WebApplication app = builder.Build();
        app.MapMessagingResilience();
        app.MapHealthChecks(HealthPath);
        return app;
    }

    private static void Configure(IBusRegistrationConfigurator bus, InstanceSettings settings)
    {
        bus.AddMessagingResilience();
        foreach (ConsumerSettings consumer in settings.Consumers)
            MessageKind.Of(consumer.Message).AddConsumer(bus);
        bus.UsingRabbitMq((context, rabbit) =>
        {
            rabbit.Host(settings.Broker);
            rabbit.UseMessagingResilience(context);
            if (settings.Service is not { } queue)
                return;
            rabbit.ReceiveEndpoint(queue, endpoint =>
            {
                endpoint.PrefetchCount = settings.Prefetch;
                if (settings.IsQuorum)
                    endpoint.SetQuorumQueue();
                foreach (ConsumerSettings consumer in settings.Consumers)
                    MessageKind.Of(consumer.Message).Configure(endpoint, context);
            });
        });
    }
}
