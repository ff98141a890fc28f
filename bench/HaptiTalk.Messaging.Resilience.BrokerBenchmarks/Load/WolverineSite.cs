using HaptiTalk.Messaging.Resilience.Brokers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Wolverine;
using Wolverine.RabbitMQ;

namespace HaptiTalk.Messaging.Resilience.BrokerBenchmarks.Load;

/// <summary>Two services on Wolverine, which promises about a message what MassTransit does, and protects nothing.</summary>
internal sealed class WolverineSite : LoadSite
{
    public const string Title = "Wolverine";

    private const string Queue = "load";

    private WolverineSite(LoadSettings settings, VirtualHost virtualHost)
        : base(Title, settings, virtualHost, Build(virtualHost, Ask), Build(virtualHost, wolverine => Serve(wolverine, settings)))
    {
    }

    public static async Task<LoadSite> StartAsync(BrokerFixture broker, LoadSettings settings, CancellationToken cancellationToken)
    {
        var site = new WolverineSite(settings, await broker.CreateVirtualHostAsync(cancellationToken));
        await site.BeginAsync(cancellationToken);
        return site;
    }

    protected override Task AskAsync(IServiceProvider services, LoadRequest request, LoadSettings settings) =>
        services.GetRequiredService<IMessageBus>().InvokeAsync<LoadReply>(request, CancellationToken.None, settings.Deadline);

    private static void Ask(WolverineOptions wolverine) => wolverine.PublishMessage<LoadRequest>().ToRabbitQueue(Queue).SendInline();

    private static void Serve(WolverineOptions wolverine, LoadSettings settings)
    {
        wolverine.Discovery.IncludeType(typeof(LoadRequestHandler));
        wolverine.ListenToRabbitQueue(Queue)
            // What is delivered ahead is handled side by side, and acknowledged when it has been.
            .ProcessInline()
            .PreFetchCount((ushort)settings.Prefetch)
            .ConsumerDispatchConcurrency((ushort)settings.Prefetch);
    }

    private static IHost Build(VirtualHost virtualHost, Action<WolverineOptions> configure)
    {
        HostApplicationBuilder builder = Prepare();
        builder.UseWolverine(wolverine =>
        {
            // Nothing that other programs of this assembly consume.
            wolverine.Discovery.DisableConventionalDiscovery();
            wolverine.Policies.Add(new MassTransitDurability());
            wolverine.UseRabbitMq(virtualHost.Address).AutoProvision().ConfigureChannelCreation(static channel =>
            {
                channel.PublisherConfirmationsEnabled = true;
                channel.PublisherConfirmationTrackingEnabled = true;
            });
            configure(wolverine);
        });
        return builder.Build();
    }
}

/// <summary>Answers at once.</summary>
public static class LoadRequestHandler
{
    public static LoadReply Handle(LoadRequest request) => new(request.Number, request.Text);
}
