using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>The broker's management API: what AMQP cannot tell. It only ever reads.</summary>
internal sealed class ManagementApi : IDisposable
{
    private readonly HttpClient _http;
    private readonly string _virtualHost;

    public ManagementApi(Uri address, string virtualHost, TimeSpan patience, TimeProvider time)
    {
        _ = time;
        _virtualHost = Uri.EscapeDataString(virtualHost);
        // Pooled connections would outlive the operations; a listing asks three times at most.
        _http = new HttpClient(new SocketsHttpHandler { PooledConnectionIdleTimeout = TimeSpan.FromSeconds(15) })
        {
            BaseAddress = new UriBuilder(address) { UserName = "", Password = "" }.Uri,
            Timeout = patience,
            DefaultRequestHeaders =
            {
                Authorization = new AuthenticationHeaderValue(
                    "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(Uri.UnescapeDataString(address.UserInfo)))),
            },
        };
    }

    /// <summary>Every queue of the virtual host, without the statistics that make the answer slow.</summary>
    public Task<Managed<ManagedQueue[]>> QueuesAsync(CancellationToken cancellationToken) => GetAsync(
        $"api/queues/{_virtualHost}?disable_stats=true&enable_queue_totals=true", ManagementJson.Default.ManagedQueueArray, cancellationToken);

    public Task<Managed<ManagedBinding[]>> BindingsFromAsync(string exchange, CancellationToken cancellationToken) => GetAsync(
        $"api/exchanges/{_virtualHost}/{Uri.EscapeDataString(exchange)}/bindings/source",
        ManagementJson.Default.ManagedBindingArray,
        cancellationToken);

    public Task<Managed<ManagedBinding[]>> BindingsToAsync(string queue, CancellationToken cancellationToken) => GetAsync(
        $"api/queues/{_virtualHost}/{Uri.EscapeDataString(queue)}/bindings", ManagementJson.Default.ManagedBindingArray, cancellationToken);

    public Task<Managed<ManagedQueue>> QueueAsync(string queue, CancellationToken cancellationToken) => GetAsync(
        $"api/queues/{_virtualHost}/{Uri.EscapeDataString(queue)}", ManagementJson.Default.ManagedQueue, cancellationToken);

    public void Dispose() => _http.Dispose();

    private async Task<Managed<T>> GetAsync<T>(string resource, JsonTypeInfo<T> type, CancellationToken cancellationToken)
        where T : class
    {
        try
        {
            using HttpResponseMessage response = await _http
                .GetAsync(new Uri(resource, UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, cancellationToken)
                .ConfigureAwait(false);
            if (!response.IsSuccessStatusCode)
                return new(null, Refusal(response.StatusCode));
            return new(await response.Content.ReadFromJsonAsync(type, cancellationToken).ConfigureAwait(false), null);
        }
        catch (Exception failure) when (failure is HttpRequestException or JsonException or IOException
            || (failure is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return new(null, $"The management API at {_http.BaseAddress} did not answer: {failure.GetBaseException().Message}");
        }
    }

    private string Refusal(HttpStatusCode status) => status switch
    {
        HttpStatusCode.Unauthorized => $"The management API at {_http.BaseAddress} lets this user not in: it needs the tag 'management'.",
        HttpStatusCode.NotFound => "The management API knows nothing of this name.",
        _ => $"The management API at {_http.BaseAddress} answered {(int)status}.",
    };
}

/// <summary>An answer of the management API, or why there is none.</summary>
internal readonly record struct Managed<T>(T? Value, string? Problem)
    where T : class;
