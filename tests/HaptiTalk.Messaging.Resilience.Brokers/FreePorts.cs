using System.Net.NetworkInformation;
using System.Security.Cryptography;

namespace HaptiTalk.Messaging.Resilience.Brokers;

/// <summary>
/// Ports that nobody listens on, below the range (32768 and up on Linux) from which outgoing connections get theirs:
/// while a broker is killed, a client that keeps trying could otherwise be given the broker's own port, connect to
/// itself and keep the broker from coming back.
/// </summary>
internal static class FreePorts
{
    private const int First = 20000;
    private const int Last = 32000;

    public static int[] Take(int count)
    {
        HashSet<int> taken = [.. IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners().Select(endpoint => endpoint.Port)];
        HashSet<int> ports = [];
        while (ports.Count < count)
        {
            // Random and not counted up, so that test processes starting together do not choose the same.
            int port = RandomNumberGenerator.GetInt32(First, Last);
            if (!taken.Contains(port))
                ports.Add(port);
        }

        return [.. ports];
    }
}
