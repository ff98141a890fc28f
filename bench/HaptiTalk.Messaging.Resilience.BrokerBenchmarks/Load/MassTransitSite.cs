using HaptiTalk.Messaging.Resilience.Brokers;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace HaptiTalk.Messaging.Resilience.BrokerBenchmarks.Load;

/// <summary>Two services on MassTransit, under one protection.</summary>
internal sealed class MassTransitSite : LoadSite
{
    private readonly Protection _protection;

    private MassTransitSite(Protection protection, LoadSettings settings, VirtualHost virtualHost, Func<LoadRequest, CancellationToken, Task> work)
        : base(
            protection.Name,
            settings,
            virtualHost,
            Build(protection, settings, virtualHost, isCaller: true, static _ => { }),
            Build(protection, settings, virtualHost, isCaller: false, rabbit => Serve(rabbit, protection, settings, work))) =>
        _protection = protection;

    public static async Task<LoadSite> StartAsync(
        BrokerFixture broker, Protection protection, LoadSettings settings, Func<LoadRequest, CancellationToken, Task> work, CancellationToken cancellationToken)
    {
        var site = new MassTransitSite(protection, settings, await broker.CreateVirtualHostAsync(cancellationToken), work);
        await site.BeginAsync(cancellationToken);
        return site;
    }

    protected override Task AskAsync(IServiceProvider services, LoadRequest request, LoadSettings settings) =>
        _protection.AskAsync(services, request, settings);

    private static void Serve(
        IRabbitMqBusFactoryConfigurator rabbit, Protection protection, LoadSettings settings, Func<LoadRequest, CancellationToken, Task> work) =>
        rabbit.ReceiveEndpoint("load", endpoint =>
        {
            endpoint.PrefetchCount = settings.Prefetch;
            protection.Configure(endpoint, settings);
            endpoint.Handler<LoadRequest>(async context =>
            {
                await protection.ServeAsync(token => work(context.Message, token), context.CancellationToken);
                await context.RespondAsync(new LoadReply(context.Message.Number, context.Message.Text));
            });
        });

    private static IHost Build(
        Protection protection, LoadSettings settings, VirtualHost virtualHost, bool isCaller, Action<IRabbitMqBusFactoryConfigurator> configure)
    {
        HostApplicationBuilder builder = Prepare();
        protection.Configure(builder, settings, isCaller);
        builder.Services.AddOptions<MassTransitHostOptions>().Configure(static options => options.WaitUntilStarted = true);
        builder.Services.AddMassTransit(bus =>
        {
            protection.Configure(bus);
            bus.UsingRabbitMq((context, rabbit) =>
            {
                rabbit.Host(virtualHost.Address);
                protection.Configure(context, rabbit);
                configure(rabbit);
            });
        });
        return builder.Build();
    }
}
