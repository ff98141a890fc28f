using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace HaptiTalk.Messaging.Resilience.BrokerBenchmarks.Soak;

/// <summary>
/// What the broker's management API tells of one virtual host. Its figures come seconds late, and after a kill not at once.
/// </summary>
internal sealed class SoakManagement : IDisposable
{
    private static readonly TimeSpan Retry = TimeSpan.FromMilliseconds(500);

    private readonly HttpClient _http;
    private readonly string _virtualHost;

    public SoakManagement(Uri address, string virtualHost)
    {
        _virtualHost = virtualHost;
        string credentials = Convert.ToBase64String(Encoding.UTF8.GetBytes(Uri.UnescapeDataString(address.UserInfo)));
        _http = new()
        {
            BaseAddress = new UriBuilder(address) { UserName = "", Password = "" }.Uri,
            DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Basic", credentials) },
        };
    }

    /// <summary>The names of all connections; waits until there is one.</summary>
    public async Task<IReadOnlyList<string>> ConnectionsAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            if (await ReadAsync($"api/vhosts/{_virtualHost}/connections", cancellationToken) is { } found && found.GetArrayLength() > 0)
                return [.. found.EnumerateArray().Select(static connection => connection.GetProperty("name").GetString()!)];
            await Task.Delay(Retry, TimeProvider.System, cancellationToken);
        }
    }

    /// <summary>It may have gone by itself.</summary>
    public async Task CloseAsync(string connection, CancellationToken cancellationToken)
    {
        using HttpResponseMessage response =
            await _http.DeleteAsync(new Uri($"api/connections/{Uri.EscapeDataString(connection)}", UriKind.Relative), cancellationToken);
    }

    /// <summary>How many connections and channels there are, and messages by queue; null while the API does not tell.</summary>
    public async Task<BrokerCounts?> CountAsync(CancellationToken cancellationToken)
    {
        JsonElement? connections = await ReadAsync($"api/vhosts/{_virtualHost}/connections", cancellationToken);
        JsonElement? channels = await ReadAsync($"api/vhosts/{_virtualHost}/channels", cancellationToken);
        JsonElement? queues = await ReadAsync($"api/queues/{_virtualHost}", cancellationToken);
        return connections is null || channels is null || queues is null
            ? null
            : new(
                connections.Value.GetArrayLength(),
                channels.Value.GetArrayLength(),
                queues.Value.EnumerateArray().ToDictionary(
                    static queue => queue.GetProperty("name").GetString()!,
                    static queue => queue.TryGetProperty("messages", out JsonElement messages) ? messages.GetInt64() : 0,
                    StringComparer.Ordinal));
    }

    public void Dispose() => _http.Dispose();

    private async Task<JsonElement?> ReadAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            using JsonDocument answer = JsonDocument.Parse(await _http.GetStringAsync(new Uri(path, UriKind.Relative), cancellationToken));
            return answer.RootElement.Clone();
        }
        // The client's own time-out comes as a cancellation.
        catch (Exception failure) when (failure is HttpRequestException
            || (failure is TaskCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return null;
        }
    }
}

/// <summary>What the broker counts.</summary>
internal sealed record BrokerCounts(int Connections, int Channels, IReadOnlyDictionary<string, long> Messages)
{
    // What has finally failed stays where it is.
    private const string Failed = "_error";

    public long Waiting => Messages
        .Where(static queue => !queue.Key.EndsWith(Failed, StringComparison.Ordinal))
        .Sum(static queue => queue.Value);

    public long InErrorQueues => Messages.Values.Sum() - Waiting;
}
