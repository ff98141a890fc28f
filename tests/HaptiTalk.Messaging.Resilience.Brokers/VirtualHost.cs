using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace HaptiTalk.Messaging.Resilience.Brokers;

/// <summary>A virtual host for one test; disposing it removes it with all its queues and connections.</summary>
public sealed class VirtualHost : IAsyncDisposable
{
    private readonly HttpClient _management;

    private VirtualHost(HttpClient management, string name, Uri address)
    {
        _management = management;
        Name = name;
        Address = address;
    }

    /// <summary>The virtual host's name.</summary>
    public string Name { get; }

    /// <summary>The broker's address with this virtual host.</summary>
    public Uri Address { get; }

    /// <summary>Removes it with all that it holds, and ends the connections to it.</summary>
    public async Task DeleteAsync(CancellationToken cancellationToken)
    {
        using HttpResponseMessage response = await _management.DeleteAsync(Resource(Name), cancellationToken);
        response.EnsureSuccessStatusCode();
    }

    /// <summary>Makes it, or makes it again, empty, after it was removed. Its creator gets full permissions on it.</summary>
    public async Task PutAsync(CancellationToken cancellationToken)
    {
        using HttpResponseMessage response = await _management.PutAsync(Resource(Name), content: null, cancellationToken);
        response.EnsureSuccessStatusCode();
    }

    /// <summary>The name of the node that leads a quorum queue, or has any other.</summary>
    public async Task<string> NodeOfAsync(string queue, CancellationToken cancellationToken)
    {
        JsonElement found = await _management.GetFromJsonAsync<JsonElement>(new Uri($"api/queues/{Name}/{queue}", UriKind.Relative), cancellationToken);
        return (found.TryGetProperty("leader", out JsonElement leader) ? leader : found.GetProperty("node")).GetString()!;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        try
        {
            await DeleteAsync(CancellationToken.None);
        }
        catch (Exception gone) when (gone is TaskCanceledException or HttpRequestException { StatusCode: HttpStatusCode.NotFound })
        {
            // A test of an outage that failed leaves no broker, or no host, to tidy; its own failure is the one to see.
        }
        finally
        {
            _management.Dispose();
        }
    }

    internal static async Task<VirtualHost> CreateAsync(Uri amqp, Uri management, CancellationToken cancellationToken)
    {
        string name = $"test-{Guid.NewGuid():N}";
        HttpClient http = new()
        {
            BaseAddress = new UriBuilder(management) { UserName = "", Password = "" }.Uri,
            Timeout = TimeSpan.FromSeconds(15),
            // The management API ends connections that were idle for some seconds, and may do so under a request.
            DefaultRequestHeaders =
            {
                ConnectionClose = true,
                Authorization = new AuthenticationHeaderValue(
                    "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(Uri.UnescapeDataString(management.UserInfo)))),
            },
        };
        try
        {
            var host = new VirtualHost(http, name, new UriBuilder(amqp) { Path = name }.Uri);
            await host.PutAsync(cancellationToken);
            return host;
        }
        catch (Exception failure)
        {
            http.Dispose();
            throw new BrokerUnavailableException(
                $"A virtual host needs the management API, expected at {http.BaseAddress}: {failure.Message}", failure);
        }
    }

    private static Uri Resource(string name) => new($"api/vhosts/{name}", UriKind.Relative);
}
