using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>
/// The last real reply to each request, by what the request says. Neither remembering nor looking one up can fail a call, and
/// only looking one up can make it wait: for a quarter of a second, when memory has none and the distributed cache is slow.
/// </summary>
internal sealed class LastGoodReplies : IDisposable
{
    private static readonly TimeSpan ReadTimeout = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LookupPause = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LogEvery = TimeSpan.FromMinutes(1);

    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly Lazy<ReplyStore> _store;
    private readonly Pause _lookups;
    private readonly Pause _logged;
    private readonly StoredContent _stored = new();
    private readonly ConcurrentDictionary<(Type Request, Type Reply), byte> _notKept = new();

    public LastGoodReplies(IServiceProvider provider, TimeProvider clock, ILoggerFactory loggers)
    {
        _clock = clock;
        _logger = loggers.CreateLogger(ResilienceTelemetry.MeterName);
        _store = new(() => new ReplyStore(ReplyCache.Create(provider, clock, _logger), clock, Failed));
        _lookups = new(clock);
        _logged = new(clock);
    }

    /// <summary>Keeps a reply for <c>Fallback:MaxStaleAge</c>: in memory at once, in the distributed cache beside the call.</summary>
    public void Remember<TRequest>(Execution execution, TRequest request, Type[] replyTypes, object reply)
        where TRequest : class
    {
        try
        {
            Type replyType = replyTypes[IndexOf(replyTypes, reply)];
            if (!IsToBeKept(typeof(TRequest), replyType))
                return;

            _store.Value.Write(new(
                ReplyKey.For<TRequest>(execution.Operation, replyType, ReplyJson.OfRequest(request)),
                ReplyJson.OfReply(reply, replyType, _clock.GetUtcNow()),
                execution.Model.Profile.Fallback.MaxStaleAge,
                execution.Operation));
        }
        catch (Exception failure)
        {
            Failed(execution.Operation, "failure", failure);
        }
    }

    /// <summary>The latest reply to the same request, of a type the call waits for and not too old; null where there is none.</summary>
    public async ValueTask<LastGoodReply?> FindAsync<TRequest>(Execution execution, TRequest request, Type[] replyTypes)
        where TRequest : class
    {
        try
        {
            if (_stored.IsIn(typeof(TRequest)))
                return null;

            ReadOnlyMemory<byte> content = ReplyJson.OfRequest(request);
            string[] keys = Array.ConvertAll(replyTypes, type => ReplyKey.For<TRequest>(execution.Operation, type, content));
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
    public void Prepare() => _ = _store.Value;

    /// <summary>Ends when what was remembered is written, or its time is over.</summary>
    public Task StopAsync(CancellationToken cancellationToken) =>
        _store.IsValueCreated ? _store.Value.StopAsync(cancellationToken) : Task.CompletedTask;

    public void Dispose()
    {
        if (_store.IsValueCreated)
            _store.Value.Dispose();
    }

    // What the message does not carry could be gone when the reply is needed, and makes requests look alike that are not.
    private bool IsToBeKept(Type request, Type reply)
    {
        if ((_stored.IsIn(request) ? request : _stored.IsIn(reply) ? reply : null) is not { } holder)
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
        TimeSpan maxAge = execution.Model.Profile.Fallback.MaxStaleAge;
        LastGoodReply? latest = null;
        for (int i = 0; i < keys.Length; i++)
        {
            if (await _store.Value.ReadAsync(keys[i], maxAge, memoryOnly).ConfigureAwait(false) is { } content
                && ReplyJson.Read(content, replyTypes[i], _clock.GetUtcNow(), maxAge) is { } found
                && (latest is null || found.Age < latest.Age))
            {
                latest = found;
            }
        }

        return latest;
    }

    private void Failed(OperationState operation, string reason, Exception failure)
    {
        operation.State.Telemetry.LastGoodReplyFailed(operation, reason);
        if (_logged.TryBegin(LogEvery))
            LastGoodReplyLog.Failed(_logger, failure, operation.Name, operation.Service);
    }
}
