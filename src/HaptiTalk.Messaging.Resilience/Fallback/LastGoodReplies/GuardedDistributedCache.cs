using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.Logging;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>
/// The host's distributed cache, which answers within a bound and never fails: while it cannot be reached it is left alone but
/// for one try now and then, has nothing and takes nothing. When that begins and when it ends is logged, and nothing between.
/// </summary>
internal sealed class GuardedDistributedCache(IDistributedCache inner, TimeProvider clock, ILogger logger) : IDistributedCache
{
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan PauseLength = TimeSpan.FromSeconds(5);

    private readonly Pause _pause = new(clock);
    private int _isLost;

    public Task<byte[]?> GetAsync(string key, CancellationToken token = default) => AskAsync(() => inner.GetAsync(key, token), token);

    public Task SetAsync(string key, byte[] value, DistributedCacheEntryOptions options, CancellationToken token = default)
    {
        // The hybrid cache uses its buffer again as soon as this returns, which may be before a slow client has sent it.
        byte[] own = [.. value];
        return AskAsync(() => NothingAsync(inner.SetAsync(key, own, options, token)), token);
    }

    public Task RemoveAsync(string key, CancellationToken token = default) => AskAsync(() => NothingAsync(inner.RemoveAsync(key, token)), token);

    public Task RefreshAsync(string key, CancellationToken token = default) => AskAsync(() => NothingAsync(inner.RefreshAsync(key, token)), token);

    public byte[]? Get(string key) => throw OnlyAsynchronous();

    public void Set(string key, byte[] value, DistributedCacheEntryOptions options) => throw OnlyAsynchronous();

    public void Remove(string key) => throw OnlyAsynchronous();

    public void Refresh(string key) => throw OnlyAsynchronous();

    private async Task<byte[]?> AskAsync(Func<Task<byte[]?>> operation, CancellationToken token)
    {
        if (Volatile.Read(ref _isLost) != 0 && !_pause.TryBegin(PauseLength))
            return null;

        try
        {
            // Elsewhere: some clients block while they connect.
            Task<byte[]?> asked = Task.Run(operation, token);
            Orphan.Observe(asked);
            byte[]? answer = await asked.WaitAsync(AnswerTimeout, clock, token).ConfigureAwait(false);
            if (Interlocked.Exchange(ref _isLost, 0) != 0)
                LastGoodReplyLog.DistributedCacheFound(logger);
            return answer;
        }
        catch (Exception failure)
        {
            if (!token.IsCancellationRequested)
                Lost(failure);
            return null;
        }
    }

    private void Lost(Exception failure)
    {
        _pause.Begin(PauseLength);
        if (Interlocked.Exchange(ref _isLost, 1) == 0)
            LastGoodReplyLog.DistributedCacheLost(logger, failure);
    }

    private static async Task<byte[]?> NothingAsync(Task operation)
    {
        await operation.ConfigureAwait(false);
        return null;
    }

    private static NotSupportedException OnlyAsynchronous() => new("The hybrid cache asks asynchronously.");
}
