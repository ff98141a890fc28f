using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace HaptiTalk.Messaging.Resilience.Brokers;

/// <summary>
/// Waits until a cluster is whole: a node that answers AMQP again may still be starting its virtual hosts, and its queues may
/// still be catching up. What is asked of the cluster meanwhile waits for it, or fails.
/// </summary>
internal static class ClusterReadiness
{
    // The virtual hosts run on the node, and no queue would be lost with it.
    private static readonly string[] Checks = ["api/health/checks/virtual-hosts", "api/health/checks/node-is-quorum-critical"];
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);

    public static async Task WaitAsync(IReadOnlyList<IBroker> nodes, CancellationToken cancellationToken)
    {
        TimeProvider time = TimeProvider.System;
        long start = time.GetTimestamp();
        foreach (IBroker node in nodes)
        {
            using HttpClient management = Open(node.Management);
            while (await TroubleOfAsync(management, nodes.Count, cancellationToken) is { } trouble)
            {
                if (time.GetElapsedTime(start) > Patience)
                    throw new BrokerUnavailableException($"The cluster is not whole after {Patience.TotalSeconds} s: {node.NodeName}: {trouble}");
                await Task.Delay(Interval, time, cancellationToken);
            }
        }
    }

    // As this node sees it; null for none.
    private static async Task<string?> TroubleOfAsync(HttpClient management, int nodes, CancellationToken cancellationToken)
    {
        try
        {
            using JsonDocument seen = JsonDocument.Parse(await management.GetStringAsync(new Uri("api/nodes", UriKind.Relative), cancellationToken));
            int running = seen.RootElement.EnumerateArray().Count(static node => node.GetProperty("running").GetBoolean());
            if (running < nodes)
                return $"it sees {running} of {nodes} nodes run";

            foreach (string check in Checks)
            {
                using HttpResponseMessage answer = await management.GetAsync(new Uri(check, UriKind.Relative), cancellationToken);
                if (!answer.IsSuccessStatusCode)
                    return $"{check}: {await answer.Content.ReadAsStringAsync(cancellationToken)}";
            }

            return null;
        }
        catch (Exception failure) when (failure is HttpRequestException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return failure.Message;
        }
    }

    private static HttpClient Open(Uri management) => new()
    {
        BaseAddress = new UriBuilder(management) { UserName = "", Password = "" }.Uri,
        Timeout = TimeSpan.FromSeconds(10),
        DefaultRequestHeaders =
        {
            Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(Uri.UnescapeDataString(management.UserInfo)))),
        },
    };
}
