using System.Net.Sockets;

namespace HaptiTalk.Messaging.Resilience.Brokers;

/// <summary>One connection of a client, carried on to the broker in both directions.</summary>
internal sealed class RelayedConnection : IDisposable
{
    private const int BufferSize = 64 * 1024;

    private readonly CancellationTokenSource _ending = new();
    private readonly Socket _client;
    private readonly Socket _broker = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly LinkGate _gate;

    public RelayedConnection(Socket client, LinkGate gate)
    {
        _client = client;
        _client.NoDelay = true;
        _gate = gate;
    }

    /// <summary>Ends when both sides have said their last, or as soon as one is lost: then the other gets a reset.</summary>
    public async Task RunAsync(Uri broker)
    {
        try
        {
            await _broker.ConnectAsync(broker.Host, broker.Port, _ending.Token);
            await Task.WhenAll(CarryAsync(_client, _broker), CarryAsync(_broker, _client));
        }
        catch (Exception lost) when (IsLoss(lost))
        {
            Reset();
        }
    }

    /// <summary>Ends both sides as a lost connection does: whoever reads or writes gets an error.</summary>
    public void Reset()
    {
        _ending.Cancel();
        // Without time to linger, closing sends a reset.
        _client.Close(0);
        _broker.Close(0);
    }

    public void Dispose()
    {
        _client.Dispose();
        _broker.Dispose();
        _ending.Dispose();
    }

    private async Task CarryAsync(Socket from, Socket to)
    {
        try
        {
            await using var source = new NetworkStream(from);
            await using var target = new NetworkStream(to);
            byte[] buffer = new byte[BufferSize];
            while (true)
            {
                await _gate.PassAsync(_ending.Token);
                int count = await source.ReadAsync(buffer, _ending.Token);
                // The gate may have closed meanwhile: what was read waits, and so does the news that there is nothing more to read.
                await _gate.PassAsync(_ending.Token);
                if (count == 0)
                    break;
                await target.WriteAsync(buffer.AsMemory(0, count), _ending.Token);
            }

            to.Shutdown(SocketShutdown.Send);
        }
        catch (Exception lost) when (IsLoss(lost))
        {
            // The other direction reads from a side that may stay silent for ever.
            Reset();
        }
    }

    private static bool IsLoss(Exception failure) =>
        failure is SocketException or IOException or ObjectDisposedException or OperationCanceledException;
}
