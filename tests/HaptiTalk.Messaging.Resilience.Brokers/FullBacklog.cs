using System.Net;
using System.Net.Sockets;

namespace HaptiTalk.Messaging.Resilience.Brokers;

/// <summary>
/// Connections that nobody accepts, as many as fill a listener's backlog. Where the kernel then drops what else knocks, as Linux
/// and macOS do, a new connection gets no answer at all, not even to its SYN.
/// </summary>
internal sealed class FullBacklog : IDisposable
{
    // With the shortest backlog one is enough on Linux; other kernels round it up.
    private const int Enough = 16;
    private static readonly TimeSpan Unanswered = TimeSpan.FromMilliseconds(300);

    private readonly List<Socket> _waiting = [];
    private readonly HashSet<EndPoint> _places = [];

    public async Task FillAsync(Socket listener, CancellationToken cancellationToken)
    {
        listener.Listen(0);
        while (_waiting.Count < Enough && await TryAddAsync(listener.LocalEndPoint!, cancellationToken))
        {
        }
    }

    /// <summary>Whether a connection that is accepted in the end is one of these.</summary>
    public bool Remove(Socket accepted) => _places.Remove(accepted.RemoteEndPoint!);

    public void Dispose() => _waiting.ForEach(static socket => socket.Dispose());

    private async Task<bool> TryAddAsync(EndPoint listener, CancellationToken cancellationToken)
    {
        var socket = new Socket(listener.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Unanswered);
        try
        {
            await socket.ConnectAsync(listener, patience.Token);
            _waiting.Add(socket);
            _places.Add(socket.LocalEndPoint!);
            return true;
        }
        catch (OperationCanceledException)
        {
            socket.Dispose();
            cancellationToken.ThrowIfCancellationRequested();
            return false;
        }
    }
}
