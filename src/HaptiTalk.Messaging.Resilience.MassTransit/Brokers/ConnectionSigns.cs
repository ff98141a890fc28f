using System.Threading.Channels;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>What one connection tells of its broker, one after the other, until it is disposed of.</summary>
internal sealed class ConnectionSigns : IDisposable
{
    // The client tells of an end at once, if it does.
    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(1);

    private readonly Channel<BrokerSign> _signs = Channel.CreateUnbounded<BrokerSign>(new() { SingleReader = true });
    private readonly IConnection _connection;
    private readonly ITimer _looks;
    private int _isSuspected;
    private bool _hasEnded;
    private volatile bool _isEndTold;

    public ConnectionSigns(IConnection connection, TimeProvider clock)
    {
        _connection = connection;
        _looks = clock.CreateTimer(static signs => ((ConnectionSigns)signs!).LookForUntoldEnd(), this, LookInterval, LookInterval);
        connection.ConnectionShutdownAsync += OnClosed;
        connection.ConnectionBlockedAsync += OnBlocked;
        connection.ConnectionUnblockedAsync += OnUnblocked;

        // It may have ended before anybody listened.
        if (connection.CloseReason is { } reason)
            Add(BrokerSignKind.Closed, reason.ReplyText);
    }

    /// <summary>Any number of calls in trouble are one sign.</summary>
    public void Suspect()
    {
        if (Interlocked.Exchange(ref _isSuspected, 1) == 0)
            Add(BrokerSignKind.Suspected, "");
    }

    public async ValueTask<BrokerSign> NextAsync(CancellationToken cancellationToken)
    {
        BrokerSign sign = await _signs.Reader.ReadAsync(cancellationToken).ConfigureAwait(false);
        if (sign.Kind == BrokerSignKind.Suspected)
            Volatile.Write(ref _isSuspected, 0);
        return sign;
    }

    public void Dispose()
    {
        _connection.ConnectionShutdownAsync -= OnClosed;
        _connection.ConnectionBlockedAsync -= OnBlocked;
        _connection.ConnectionUnblockedAsync -= OnUnblocked;
        _looks.Dispose();
    }

    private void Add(BrokerSignKind kind, string reason) => _signs.Writer.TryWrite(new(kind, reason));

    // A second look, so that the client has had the time to tell of it.
    private void LookForUntoldEnd()
    {
        if (_isEndTold || _connection.CloseReason is not { } reason)
            return;

        if (_hasEnded)
        {
            StuckShutdown.Release(_connection);
            Add(BrokerSignKind.Closed, reason.ReplyText);
        }

        _hasEnded = true;
    }

    private Task OnClosed(object sender, ShutdownEventArgs closed)
    {
        _isEndTold = true;
        Add(BrokerSignKind.Closed, closed.ReplyText);
        return Task.CompletedTask;
    }

    private Task OnBlocked(object sender, ConnectionBlockedEventArgs blocked)
    {
        Add(BrokerSignKind.Blocked, blocked.Reason);
        return Task.CompletedTask;
    }

    private Task OnUnblocked(object sender, AsyncEventArgs unblocked)
    {
        Add(BrokerSignKind.Unblocked, "");
        return Task.CompletedTask;
    }
}
