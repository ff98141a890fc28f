using System.Net;
using System.Net.Sockets;
using RabbitMQ.Client;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>Gives the broker's client a <see cref="CoalescingStream"/>.</summary>
internal sealed class CoalescingTcpClient(AddressFamily family) : ITcpClient
{
    private readonly Socket _socket = new(family, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private NetworkStream? _stream;

    public bool Connected => _socket.Connected;

    public TimeSpan ReceiveTimeout
    {
        get => TimeSpan.FromMilliseconds(_socket.ReceiveTimeout);
        set => _socket.ReceiveTimeout = (int)value.TotalMilliseconds;
    }

    public Socket Client => _socket;

    public Task ConnectAsync(IPAddress ep, int port, CancellationToken cancellationToken = default) =>
        _socket.ConnectAsync(new IPEndPoint(ep, port), cancellationToken).AsTask();

    public NetworkStream GetStream() => _stream ??= new CoalescingStream(_socket);

    public void Close() => _socket.Dispose();

    public void Dispose() => Close();
}
