using HaptiTalk.Messaging.Resilience.Brokers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace HaptiTalk.Messaging.Resilience.BrokerBenchmarks.Load;

/// <summary>A calling and a called service, with a virtual host of their own.</summary>
internal abstract class LoadSite(string name, LoadSettings settings, VirtualHost virtualHost, IHost calling, IHost called) : IAsyncDisposable
{
    private static readonly string Text = new('x', 200);
    private static readonly TimeSpan First = TimeSpan.FromMinutes(1);

    private int _number;

    /// <summary>What the tables call it.</summary>
    public string Name => name;

    /// <summary>One call in a scope of its own, as a web request makes it.</summary>
    public Task AskAsync() => AskAsync(settings);

    public async ValueTask DisposeAsync()
    {
        await calling.StopAsync(CancellationToken.None);
        await called.StopAsync(CancellationToken.None);
        calling.Dispose();
        called.Dispose();
        await virtualHost.DisposeAsync();
    }

    /// <summary>One call, as a caller would write it.</summary>
    protected abstract Task AskAsync(IServiceProvider services, LoadRequest request, LoadSettings settings);

    protected async Task BeginAsync(CancellationToken cancellationToken)
    {
        await called.StartAsync(cancellationToken);
        await calling.StartAsync(cancellationToken);
        // One by itself: MassTransit blocks the threads of all that come before its queue for replies is there, and with few cores
        // many at once are never answered. With time enough: it is now that Wolverine compiles its handler.
        await AskAsync(settings with { Deadline = First });
    }

    /// <summary>A host that neither environment's overlay applies to, since its environment has a name of its own.</summary>
    protected static HostApplicationBuilder Prepare()
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new() { EnvironmentName = "Benchmark" });
        builder.Logging.ClearProviders();
        return builder;
    }

    private async Task AskAsync(LoadSettings asked)
    {
        await using AsyncServiceScope scope = calling.Services.CreateAsyncScope();
        await AskAsync(scope.ServiceProvider, new(Interlocked.Increment(ref _number), Text), asked);
    }
}
