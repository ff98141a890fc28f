using System.Collections.Concurrent;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>The fallbacks of one service for work that is not a message, by key and result.</summary>
internal sealed class RegisteredFallbacks : IFallbacks
{
    private readonly ConcurrentDictionary<(string Key, Type Result), object> _sources = new();

    public void Add<TResult>(string key, Func<Exception, CancellationToken, ValueTask<TResult>> generator) =>
        _sources[(key, typeof(TResult))] = new Source<TResult>(generator);

    public IFallbackSource<TResult>? Find<TResult>(string key) =>
        (IFallbackSource<TResult>?)_sources.GetValueOrDefault((key, typeof(TResult)));

    private sealed class Source<TResult>(Func<Exception, CancellationToken, ValueTask<TResult>> generator) : IFallbackSource<TResult>
    {
        public async ValueTask<FallbackResult<TResult>?> CreateAsync(
            Execution execution, Exception failure, FallbackReason reason, CancellationToken cancellationToken) =>
            new FallbackResult<TResult>(await generator(failure, cancellationToken).ConfigureAwait(false));
    }
}
