using HaptiTalk.Messaging.Resilience;
using MassTransit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace HaptiTalk.Hosting;

/// <summary>Runs one service as a process of its own, on RabbitMQ.</summary>
public static class ServiceHost
{
    private const int Misconfigured = 2;

    /// <summary>Runs the service until it is stopped.</summary>
    /// <returns>The exit code: 0 after a stop, 2 when the configuration does not let it start.</returns>
    public static async Task<int> RunAsync(string[] args, IServiceModule module)
    {
        WebApplicationBuilder builder = WebApplication.CreateBuilder(args);
        if (!builder.Configuration.TryReadBroker(out BrokerAddress? broker, out string? error))
            return await RefuseAsync(module, error);

        ListenOn(builder, module.DefaultPort);
        AddService(builder.Services, builder.Configuration, module, broker);
        await using WebApplication app = builder.Build();
        try
        {
            app.MapServiceEndpoints();
            await app.RunAsync();
            return 0;
        }
        catch (InvalidProfilesException invalid)
        {
            return await RefuseAsync(module, invalid.Message);
        }
    }

    private static void AddService(IServiceCollection services, IConfiguration configuration, IServiceModule module, BrokerAddress broker)
    {
        module.AddServices(services, configuration);
        module.AddFallbacks(services.AddMessagingResilience(configuration).AddPrometheus().AddRabbitMqDeadLetters(broker.ToUri()));
        services.AddHealthChecks().AddMessagingResilience();
        services.AddMassTransit(bus =>
        {
            module.AddConsumers(bus);
            bus.AddMessagingResilience();
            bus.UsingRabbitMq((context, rabbit) =>
            {
                rabbit.Host(broker);
                rabbit.UseMessagingResilience(context);
                rabbit.ConfigureEndpoints(context);
            });
        });
    }

    private static void ListenOn(WebApplicationBuilder builder, int port)
    {
        string[] settings = [WebHostDefaults.ServerUrlsKey, WebHostDefaults.HttpPortsKey, WebHostDefaults.HttpsPortsKey];
        if (settings.All(key => string.IsNullOrEmpty(builder.WebHost.GetSetting(key))))
            builder.WebHost.UseUrls($"http://localhost:{port}");
    }

    private static async Task<int> RefuseAsync(IServiceModule module, string error)
    {
        await Console.Error.WriteLineAsync($"{module.Name}: {error}");
        return Misconfigured;
    }
}
