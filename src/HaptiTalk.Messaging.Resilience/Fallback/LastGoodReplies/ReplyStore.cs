using System.Globalization;
using System.Threading.Channels;
using Microsoft.Extensions.Caching.Hybrid;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>Reads and writes the cache of replies: memory at once, the distributed cache through a queue that never makes a call wait.</summary>
internal sealed class ReplyStore : ILastGoodReplyStore, IDisposable
{
    private const int Capacity = 256;

    private static readonly TimeSpan WriteTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(2);

    private readonly ReplyCache _cache;
    private readonly TimeProvider _clock;
    private readonly Channel<KeptReply> _queue;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _loop;

    public ReplyStore(ReplyCache cache, TimeProvider clock)
    {
        _cache = cache;
        _clock = clock;
        _queue = Channel.CreateBounded<KeptReply>(
            new BoundedChannelOptions(Capacity) { SingleReader = true, FullMode = BoundedChannelFullMode.DropOldest }, Dropped);
        _loop = Task.Run(WriteDistributedAsync);
    }

    /// <summary>There is more than this process's memory.</summary>
    public bool IsDistributed => _cache.IsDistributed;

    public ValueTask<byte[]?> ReadAsync(string key, TimeSpan keptFor, bool memoryOnly) => _cache.Hybrid.GetOrCreateAsync(
        key,
        static _ => default(ValueTask<byte[]?>),
        new()
        {
            Expiration = keptFor,
            Flags = HybridCacheEntryFlags.DisableUnderlyingData | (memoryOnly ? HybridCacheEntryFlags.DisableDistributedCache : HybridCacheEntryFlags.None),
        });

    /// <summary>Never waits. Of what the distributed cache cannot take in time, the oldest is dropped.</summary>
    public void Write(KeptReply reply)
    {
        if (reply.Content.Length > _cache.MaximumBytes)
        {
            reply.Failed("too_large", new InvalidOperationException(
                string.Create(CultureInfo.InvariantCulture,
                    $"The reply has {reply.Content.Length} bytes, more than HybridCacheOptions.MaximumPayloadBytes ({_cache.MaximumBytes}).")));
            return;
        }

        // What fails in there is reported in there.
        _ = WriteAsync(reply, HybridCacheEntryFlags.DisableDistributedCache);
        if (IsDistributed)
            _queue.Writer.TryWrite(reply);
    }

    /// <summary>Ends when what waits for the distributed cache is written, or its time is over.</summary>
    public Task StopAsync(CancellationToken cancellationToken)
    {
        _queue.Writer.TryComplete();
        _stop.CancelAfter(StopTimeout);
        return _loop.WaitAsync(cancellationToken);
    }

    public void Dispose()
    {
        _queue.Writer.TryComplete();
        _stop.Cancel();
        _cache.Dispose();
    }

    private async Task WriteDistributedAsync()
    {
        await foreach (KeptReply reply in _queue.Reader.ReadAllAsync(CancellationToken.None).ConfigureAwait(false))
        {
            if (_stop.IsCancellationRequested)
                return;
            await WriteAsync(reply, HybridCacheEntryFlags.DisableLocalCache).ConfigureAwait(false);
        }
    }

    private async Task WriteAsync(KeptReply reply, HybridCacheEntryFlags flags)
    {
        try
        {
            ValueTask written = _cache.Hybrid.SetAsync(reply.Key, reply.Content, new() { Expiration = reply.KeptFor, Flags = flags }, cancellationToken: _stop.Token);
            if (!written.IsCompletedSuccessfully)
            {
                Task pending = written.AsTask();
                Orphan.Observe(pending);
                await pending.WaitAsync(WriteTimeout, _clock, _stop.Token).ConfigureAwait(false);
            }
        }
        catch (Exception failure)
        {
            if (!_stop.IsCancellationRequested)
                reply.Failed(failure is TimeoutException ? "timeout" : "failure", failure);
        }
    }

    private static void Dropped(KeptReply reply) => reply.Failed("dropped", new InvalidOperationException(
        $"The distributed cache is slower than replies arrive: of those that wait for it, more than {Capacity}, the oldest is not written."));
}
