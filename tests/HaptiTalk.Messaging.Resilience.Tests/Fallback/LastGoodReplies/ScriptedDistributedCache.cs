using System.Collections.Concurrent;
using System.Threading.Channels;
using Microsoft.Extensions.Caching.Distributed;

namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>A distributed cache that fails or hangs when a test says so. What a real one does is shown on a real one.</summary>
internal sealed class ScriptedDistributedCache : IDistributedCache
{
    private readonly ConcurrentDictionary<string, byte[]> _entries = new(StringComparer.Ordinal);
    private readonly Channel<string> _written = Channel.CreateUnbounded<string>();
    private int _asked;

    /// <summary>Runs before each operation.</summary>
    public Func<Task> Behaviour { get; set; } = static () => Task.CompletedTask;

    /// <summary>Operations so far.</summary>
    public int Asked => Volatile.Read(ref _asked);

    public IReadOnlyDictionary<string, byte[]> Entries => _entries;

    public static Task Fails() => throw new IOException("no connection");

    public static Task Hangs() => new TaskCompletionSource().Task;

    /// <summary>The key of the next thing that was written, in order.</summary>
    public ValueTask<string> WrittenAsync() => _written.Reader.ReadAsync(TestContext.Current.CancellationToken);

    public void Put(string key, byte[] value) => _entries[key] = value;

    public async Task<byte[]?> GetAsync(string key, CancellationToken token = default)
    {
        await AskAsync();
        return _entries.GetValueOrDefault(key);
    }

    public async Task SetAsync(string key, byte[] value, DistributedCacheEntryOptions options, CancellationToken token = default)
    {
        await AskAsync();
        _entries[key] = value;
        await _written.Writer.WriteAsync(key, token);
    }

    public Task RefreshAsync(string key, CancellationToken token = default) => AskAsync();

    public async Task RemoveAsync(string key, CancellationToken token = default)
    {
        await AskAsync();
        _entries.TryRemove(key, out _);
    }

    public byte[]? Get(string key) => throw new NotSupportedException();

    public void Set(string key, byte[] value, DistributedCacheEntryOptions options) => throw new NotSupportedException();

    public void Refresh(string key) => throw new NotSupportedException();

    public void Remove(string key) => throw new NotSupportedException();

    private Task AskAsync()
    {
        Interlocked.Increment(ref _asked);
        return Behaviour();
    }
}
