using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace HaptiTalk.Messaging.Resilience.Transport;

/// <summary>
/// The last real reply to each request, by what the request says. Neither remembering nor looking one up can fail a call, and
/// only looking one up can make it wait: for a quarter of a second, when memory has none and the distributed cache is slow.
/// </summary>
public sealed class LastGoodReplies : IDisposable
{
    private static readonly TimeSpan ReadTimeout = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LookupPause = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LogEvery = TimeSpan.FromMinutes(1);

    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly IReplyFormat _format;
    private readonly ReplyJson _json;
    private readonly Lazy<ILastGoodReplyStore> _store;
    private readonly Pause _lookups;
    private readonly Pause _logged;
    private readonly ConcurrentDictionary<(Type Request, Type Reply), byte> _notKept = new();

    private IDisposable? _own;

    internal LastGoodReplies(IServiceProvider provider, IReplyFormat format, TimeProvider clock, ILoggerFactory loggers)
    {
        _clock = clock;
        _logger = loggers.CreateLogger(ResilienceTelemetry.MeterName);
        _format = format;
        _json = new(format);
        _store = new(() => provider.GetService<ILastGoodReplyStore>() ?? OwnStore(provider));
        _lookups = new(clock);
        _logged = new(clock);
    }

    /// <summary>Keeps a reply for <c>Fallback:MaxStaleAge</c>: in memory at once, in the distributed cache beside the call.</summary>
    /// <typeparam name="TRequest">The request's type.</typeparam>
    /// <param name="execution">The run that has got it.</param>
    /// <param name="request">What was asked.</param>
    /// <param name="replyTypes">The types that the call waits for.</param>
    /// <param name="reply">A reply of one of them.</param>
    public void Remember<TRequest>(Execution execution, TRequest request, Type[] replyTypes, object reply)
        where TRequest : class
    {
        try
        {
            Type replyType = replyTypes[IndexOf(replyTypes, reply)];
            if (!IsToBeKept(typeof(TRequest), replyType))
                return;

            _store.Value.Write(new(
                ReplyKey.For(execution.Operation, _format.NameOf(typeof(TRequest)), _format.NameOf(replyType), _json.OfRequest(request)),
                _json.OfReply(reply, replyType, _clock.GetUtcNow()),
                execution.Profile.Fallback.MaxStaleAge,
                FailedFor(execution.Operation)));
        }
        catch (Exception failure)
        {
            Failed(execution.Operation, "failure", failure);
        }
    }

    /// <summary>The latest reply to the same request, of a type the call waits for and not too old; null where there is none.</summary>
    /// <typeparam name="TRequest">The request's type.</typeparam>
    /// <param name="execution">The run that needs it.</param>
    /// <param name="request">What is asked.</param>
    /// <param name="replyTypes">The types that the call waits for.</param>
    public async ValueTask<LastGoodReply?> FindAsync<TRequest>(Execution execution, TRequest request, Type[] replyTypes)
        where TRequest : class
    {
        try
        {
            if (!_format.IsComplete(typeof(TRequest)))
                return null;

            ReadOnlyMemory<byte> content = _json.OfRequest(request);
            string name = _format.NameOf(typeof(TRequest));
            string[] keys = Array.ConvertAll(replyTypes, type => ReplyKey.For(execution.Operation, name, _format.NameOf(type), content));
            return await ReadAsync(execution, keys, replyTypes, memoryOnly: true).ConfigureAwait(false)
                ?? await ReadWithinTimeAsync(execution, keys, replyTypes).ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            if (!execution.CallerToken.IsCancellationRequested)
                Failed(execution.Operation, "failure", failure);
            return null;
        }
    }

    /// <summary>Begins to connect. Otherwise the first reply does.</summary>
    internal void Prepare() => _ = _store.Value;

    /// <summary>Ends when what was remembered is written, or its time is over.</summary>
    internal Task StopAsync(CancellationToken cancellationToken) =>
        _store.IsValueCreated ? _store.Value.StopAsync(cancellationToken) : Task.CompletedTask;

    /// <summary>Gives up what is not written yet.</summary>
    public void Dispose() => _own?.Dispose();

    // A host's own store is the container's to dispose of.
    private ReplyStore OwnStore(IServiceProvider provider)
    {
        var store = new ReplyStore(ReplyCache.Create(provider, _clock, _logger), _clock);
        _own = store;
        return store;
    }

    private bool IsToBeKept(Type request, Type reply)
    {
        if ((!_format.IsComplete(request) ? request : !_format.IsComplete(reply) ? reply : null) is not { } holder)
            return true;

        if (_notKept.TryAdd((request, reply), 0))
            LastGoodReplyLog.NotKept(_logger, request.Name, holder.Name);
        return false;
    }

    private static int IndexOf(Type[] replyTypes, object reply)
    {
        int index = 0;
        while (!replyTypes[index].IsInstanceOfType(reply))
            index++;
        return index;
    }

    private async Task<LastGoodReply?> ReadWithinTimeAsync(Execution execution, string[] keys, Type[] replyTypes)
    {
        if (!_store.Value.IsDistributed || !_lookups.IsOver)
            return null;

        // Elsewhere: a client that blocks while it connects must not hold up the call.
        Task<LastGoodReply?> read = Task.Run(() => ReadAsync(execution, keys, replyTypes, memoryOnly: false).AsTask());
        Orphan.Observe(read);
        try
        {
            // What is left after that is for the registered fallback.
            TimeSpan most = FallbackStrategy.TimeFor(execution) * 0.8;
            return await read.WaitAsync(most < ReadTimeout ? most : ReadTimeout, _clock, execution.CallerToken).ConfigureAwait(false);
        }
        catch (TimeoutException) when (!read.IsCompleted)
        {
            // One call has waited in vain; those that come now need not.
            _lookups.Begin(LookupPause);
            return null;
        }
    }

    private async ValueTask<LastGoodReply?> ReadAsync(Execution execution, string[] keys, Type[] replyTypes, bool memoryOnly)
    {
        TimeSpan maxAge = execution.Profile.Fallback.MaxStaleAge;
        LastGoodReply? latest = null;
        for (int i = 0; i < keys.Length; i++)
        {
            if (await _store.Value.ReadAsync(keys[i], maxAge, memoryOnly).ConfigureAwait(false) is { } content
                && _json.Read(content, replyTypes[i], _clock.GetUtcNow(), maxAge) is { } found
                && (latest is null || found.Age < latest.Age))
            {
                latest = found;
            }
        }

        return latest;
    }

    private Action<string, Exception> FailedFor(OperationState operation) => (reason, failure) => Failed(operation, reason, failure);

    private void Failed(OperationState operation, string reason, Exception failure)
    {
        operation.State.Telemetry.LastGoodReplyFailed(operation, reason);
        if (_logged.TryBegin(LogEvery))
            LastGoodReplyLog.Failed(_logger, failure, operation.Name, operation.Service);
    }
}
