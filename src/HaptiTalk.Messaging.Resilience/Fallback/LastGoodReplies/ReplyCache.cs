using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.Caching.Hybrid;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>
/// The cache that replies are kept in. A <see cref="HybridCache"/> of another make that the host has registered is used as it is.
/// Otherwise it is .NET's, over the host's distributed cache and under the host's options, but an instance of its own: with a
/// bound to its memory, and with nothing but good news from the distributed cache, whose failures .NET's would log one by one
/// and, at its start, take for the order to believe nothing that was written before.
/// </summary>
internal sealed class ReplyCache : IDisposable
{
    private const long MemoryBytes = 64 * 1024 * 1024;

    private readonly ServiceProvider? _own;

    private ReplyCache(HybridCache hybrid, bool isDistributed, long maximumBytes, ServiceProvider? own)
    {
        Hybrid = hybrid;
        IsDistributed = isDistributed;
        MaximumBytes = maximumBytes;
        _own = own;
    }

    public HybridCache Hybrid { get; }

    /// <summary>There is, or may be, more than this process's memory.</summary>
    public bool IsDistributed { get; }

    /// <summary>The largest content it takes.</summary>
    public long MaximumBytes { get; }

    public static ReplyCache Create(IServiceProvider host, TimeProvider clock, ILogger logger)
    {
        HybridCacheOptions options = host.GetService<IOptions<HybridCacheOptions>>()?.Value ?? new();
        if (host.GetService<HybridCache>() is { } hosts && hosts.GetType().Assembly != typeof(HybridCacheServiceExtensions).Assembly)
            return new(hosts, isDistributed: true, options.MaximumPayloadBytes, own: null);

        IDistributedCache? distributed = options.DistributedCacheServiceKey is { } key
            ? host.GetRequiredKeyedService<IDistributedCache>(key)
            : host.GetService<IDistributedCache>();
        bool isDistributed = distributed is not (null or MemoryDistributedCache);

        var services = new ServiceCollection();
        services.AddSingleton(clock);
        services.AddSingleton(host.GetRequiredService<ILoggerFactory>());
        services.AddMemoryCache(memory => memory.SizeLimit = MemoryBytes);
        services.AddHybridCache(own => own.MaximumPayloadBytes = options.MaximumPayloadBytes);
        if (isDistributed)
            services.AddSingleton<IDistributedCache>(new GuardedDistributedCache(distributed!, clock, logger));
        ServiceProvider provider = services.BuildServiceProvider();
        return new(provider.GetRequiredService<HybridCache>(), isDistributed, options.MaximumPayloadBytes, provider);
    }

    public void Dispose() => _own?.Dispose();
}
