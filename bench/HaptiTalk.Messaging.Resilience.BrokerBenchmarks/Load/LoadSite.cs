using HaptiTalk.Messaging.Resilience.Brokers;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace HaptiTalk.Messaging.Resilience.BrokerBenchmarks.Load;

/// <summary>A calling and a called service under one protection, with a virtual host of their own.</summary>
internal sealed class LoadSite : IAsyncDisposable
{
    private static readonly string Text = new('x', 200);

    private readonly VirtualHost _virtualHost;
    private readonly IHost _calling;
    private readonly IHost _called;
    private readonly LoadSettings _settings;
    private int _number;

    private LoadSite(Protection protection, LoadSettings settings, VirtualHost virtualHost, Func<LoadRequest, CancellationToken, Task> work)
    {
        (Protection, _settings, _virtualHost) = (protection, settings, virtualHost);
        _calling = Build(isCaller: true, static _ => { });
        _called = Build(isCaller: false, rabbit => rabbit.ReceiveEndpoint("load", endpoint =>
        {
            endpoint.PrefetchCount = settings.Prefetch;
            protection.Configure(endpoint, settings);
            endpoint.Handler<LoadRequest>(async context =>
            {
                await protection.ServeAsync(token => work(context.Message, token), context.CancellationToken);
                await context.RespondAsync(new LoadReply(context.Message.Number, context.Message.Text));
            });
        }));
    }

    public Protection Protection { get; }

    public static async Task<LoadSite> StartAsync(
        BrokerFixture broker, Protection protection, LoadSettings settings, Func<LoadRequest, CancellationToken, Task> work, CancellationToken cancellationToken)
    {
        var site = new LoadSite(protection, settings, await broker.CreateVirtualHostAsync(cancellationToken), work);
        await site._called.StartAsync(cancellationToken);
        await site._calling.StartAsync(cancellationToken);
        // One by itself: MassTransit blocks the threads of all that come before its queue for replies is there, and with few cores
        // many at once are never answered.
        await site.AskAsync();
        return site;
    }

    /// <summary>One call in a scope of its own, as a web request makes it.</summary>
    public async Task AskAsync()
    {
        await using AsyncServiceScope scope = _calling.Services.CreateAsyncScope();
        await Protection.AskAsync(scope.ServiceProvider, new(Interlocked.Increment(ref _number), Text), _settings);
    }

    public async ValueTask DisposeAsync()
    {
        await _calling.StopAsync(CancellationToken.None);
        await _called.StopAsync(CancellationToken.None);
        _calling.Dispose();
        _called.Dispose();
        await _virtualHost.DisposeAsync();
    }

    private IHost Build(bool isCaller, Action<IRabbitMqBusFactoryConfigurator> configure)
    {
        // A name of its own, so that neither environment's overlay applies.
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new() { EnvironmentName = "Benchmark" });
        builder.Logging.ClearProviders();
        Protection.Configure(builder, _settings, isCaller);
        builder.Services.AddOptions<MassTransitHostOptions>().Configure(static options => options.WaitUntilStarted = true);
        builder.Services.AddMassTransit(bus =>
        {
            Protection.Configure(bus);
            bus.UsingRabbitMq((context, rabbit) =>
            {
                rabbit.Host(_virtualHost.Address);
                Protection.Configure(context, rabbit);
                configure(rabbit);
            });
        });
        return builder.Build();
    }
}
