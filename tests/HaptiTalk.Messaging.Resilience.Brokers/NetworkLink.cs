using System.Net;
using System.Net.Sockets;

namespace HaptiTalk.Messaging.Resilience.Brokers;

/// <summary>
/// The network between clients and the broker: a relay on a port of its own, which a test can silence, cut and heal. Its methods
/// are called one at a time.
/// </summary>
public sealed class NetworkLink : IAsyncDisposable
{
    private const int BacklogLength = 128;

    private readonly Uri _broker;
    private readonly IPEndPoint _here = new(IPAddress.Loopback, FreePorts.Take(1)[0]);
    private readonly List<(RelayedConnection Connection, Task Run)> _connections = [];
    private readonly LinkGate _gate = new();
    private Socket? _listener;
    private FullBacklog? _backlog;
    private CancellationTokenSource? _stopAccepting;
    private Task _accepting = Task.CompletedTask;

    private NetworkLink(Uri broker)
    {
        _broker = broker;
        Address = new UriBuilder(broker) { Host = _here.Address.ToString(), Port = _here.Port }.Uri;
    }

    /// <summary>The broker's address by way of this link; user and virtual host are those of the broker's own.</summary>
    public Uri Address { get; }

    /// <summary>Lays a link to a broker.</summary>
    public static NetworkLink To(Uri broker)
    {
        var link = new NetworkLink(broker);
        link.Open();
        return link;
    }

    /// <summary>
    /// A black hole: nothing passes and nothing ends. Bytes on their way are held back, not dropped, because a stream with a gap
    /// would be corrupt after the healing; so is the news that one side has closed. New connections get no answer to their SYN,
    /// except where the kernel does not drop it when a backlog is full: there they are connected, and nothing more.
    /// </summary>
    public async Task SilenceAsync(CancellationToken cancellationToken)
    {
        _gate.Close();
        await StopAcceptingAsync();
        if (_listener is null || _backlog is not null)
            return;

        _backlog = new();
        await _backlog.FillAsync(_listener, cancellationToken);
    }

    /// <summary>Resets every connection, and refuses new ones.</summary>
    public async Task CutAsync()
    {
        await StopAcceptingAsync();
        _listener?.Dispose();
        _listener = null;
        ForgetBacklog();
        foreach ((RelayedConnection connection, Task run) in _connections)
        {
            connection.Reset();
            await run;
            connection.Dispose();
        }

        _connections.Clear();
    }

    /// <summary>Lets what was held back pass, and new connections in.</summary>
    public async Task HealAsync()
    {
        await StopAcceptingAsync();
        Open();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await CutAsync();

    private void Open()
    {
        _listener ??= Bind();
        _listener.Listen(BacklogLength);
        _stopAccepting = new();
        _accepting = AcceptAsync(_listener, _backlog, _stopAccepting.Token);
        ForgetBacklog();
        _gate.Open();
    }

    private Socket Bind()
    {
        var listener = new Socket(_here.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(_here);
        return listener;
    }

    private void ForgetBacklog()
    {
        _backlog?.Dispose();
        _backlog = null;
    }

    private async Task StopAcceptingAsync()
    {
        if (_stopAccepting is null)
            return;

        await _stopAccepting.CancelAsync();
        await _accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stopAccepting.Dispose();
        _stopAccepting = null;
    }

    private async Task AcceptAsync(Socket listener, FullBacklog? backlog, CancellationToken cancellationToken)
    {
        while (true)
        {
            Socket client = await listener.AcceptAsync(cancellationToken);
            if (backlog?.Remove(client) is true)
            {
                client.Dispose();
                continue;
            }

            var connection = new RelayedConnection(client, _gate);
            _connections.Add((connection, connection.RunAsync(_broker)));
        }
    }
}
