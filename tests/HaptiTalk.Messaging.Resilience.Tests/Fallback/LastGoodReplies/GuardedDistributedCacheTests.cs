using System.Collections.Concurrent;
using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.Logging;

namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>The distributed cache as the hybrid cache sees it: within a bound, and never failing. Time is the test's.</summary>
public sealed class GuardedDistributedCacheTests
{
    private readonly WatchedClock _clock = new();
    private readonly ScriptedDistributedCache _inner = new();
    private readonly Lines _log = new();
    private readonly GuardedDistributedCache _cache;

    public GuardedDistributedCacheTests() => _cache = new(_inner, _clock, _log);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task GetAsync_WhatWasSet_IsFound()
    {
        await SetAsync();

        (await GetAsync()).ShouldBe([1, 2, 3]);
        (await _cache.GetAsync("other", Token)).ShouldBeNull();
        _log.ShouldBeEmpty();
    }

    [Fact]
    public async Task SetAsync_BufferIsUsedAgainWhileTheClientSends_SendsWhatItWasGiven()
    {
        var sending = new TaskCompletionSource();
        _inner.Behaviour = () => sending.Task;
        byte[] buffer = [1, 2, 3];
        Task set = _cache.SetAsync("key", buffer, new(), Token);
        await _clock.WaitingAsync(1);
        _clock.Advance(TimeSpan.FromSeconds(2));
        await set;

        buffer[0] = 9;
        sending.SetResult();

        _inner.Entries[await _inner.WrittenAsync()].ShouldBe([1, 2, 3]);
    }

    [Fact]
    public async Task GetAsync_CacheFails_HasNothingAndSaysSoOnce()
    {
        _inner.Behaviour = ScriptedDistributedCache.Fails;

        (await GetAsync()).ShouldBeNull();
        await SetAsync();
        (await GetAsync()).ShouldBeNull();

        _inner.Asked.ShouldBe(1, "it is left alone for a while");
        _log.ShouldHaveSingleItem().ShouldBe((LogLevel.Warning, 21, nameof(IOException)));
    }

    [Fact]
    public async Task GetAsync_CacheHangs_IsGivenUpAfterTwoSecondsAndLeftAlone()
    {
        _inner.Behaviour = ScriptedDistributedCache.Hangs;
        Task<byte[]?> asked = GetAsync();
        await _clock.WaitingAsync(1);
        _clock.Advance(TimeSpan.FromMilliseconds(1999));
        asked.IsCompleted.ShouldBeFalse();
        _clock.Advance(TimeSpan.FromMilliseconds(1));

        (await asked).ShouldBeNull();
        (await AtOnce(GetAsync())).ShouldBeNull();
        _log.ShouldHaveSingleItem().ShouldBe((LogLevel.Warning, 21, nameof(TimeoutException)));
    }

    [Fact]
    public async Task GetAsync_ClientBlocksItsThread_CallerIsNotBlocked()
    {
        using var blocked = new ManualResetEventSlim();
        _inner.Behaviour = () =>
        {
            blocked.Wait(TimeSpan.FromSeconds(30), Token);
            return Task.CompletedTask;
        };

        Task<byte[]?> asked = GetAsync();

        asked.IsCompleted.ShouldBeFalse();
        blocked.Set();
        (await asked).ShouldBeNull();
    }

    [Fact]
    public async Task GetAsync_StillFailsAfterThePause_IsAskedOncePerPauseAndNotLoggedAgain()
    {
        _inner.Behaviour = ScriptedDistributedCache.Fails;
        await GetAsync();

        for (int pause = 0; pause < 3; pause++)
        {
            _clock.Advance(TimeSpan.FromSeconds(5));
            await Task.WhenAll(GetAsync(), GetAsync(), GetAsync());
        }

        _inner.Asked.ShouldBe(1 + 3);
        _log.Count.ShouldBe(1);
    }

    [Fact]
    public async Task GetAsync_SeveralComeAfterThePauseAndItHangs_OnlyOneWaits()
    {
        _inner.Behaviour = ScriptedDistributedCache.Fails;
        await GetAsync();
        var asked = new TaskCompletionSource();
        _inner.Behaviour = () =>
        {
            asked.TrySetResult();
            return ScriptedDistributedCache.Hangs();
        };
        _clock.Advance(TimeSpan.FromSeconds(5));

        Task<byte[]?> tries = GetAsync();
        await asked.Task.WaitAsync(Token);
        (await AtOnce(GetAsync())).ShouldBeNull();
        (await AtOnce(GetAsync())).ShouldBeNull();

        tries.IsCompleted.ShouldBeFalse();
        _inner.Asked.ShouldBe(2);
    }

    [Fact]
    public async Task SetAsync_CacheIsBackAfterThePause_IsWrittenAndSaidOnce()
    {
        _inner.Behaviour = ScriptedDistributedCache.Fails;
        await SetAsync();
        _inner.Behaviour = static () => Task.CompletedTask;
        _clock.Advance(TimeSpan.FromSeconds(5));

        await SetAsync();
        await SetAsync();

        (await GetAsync()).ShouldBe([1, 2, 3]);
        _log.ShouldBe([(LogLevel.Warning, 21, nameof(IOException)), (LogLevel.Information, 22, null)]);
    }

    // Waiting for time that does not pass would be for ever.
    private static Task<byte[]?> AtOnce(Task<byte[]?> asked) => asked.WaitAsync(TimeSpan.FromSeconds(30), Token);

    private Task<byte[]?> GetAsync() => _cache.GetAsync("key", Token);

    private Task SetAsync() => _cache.SetAsync("key", [1, 2, 3], new DistributedCacheEntryOptions(), Token);

    private sealed class Lines : ConcurrentQueue<(LogLevel Level, int Id, string? Failure)>, ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull =>
            null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Enqueue((logLevel, eventId.Id, exception?.GetType().Name));
    }
}
