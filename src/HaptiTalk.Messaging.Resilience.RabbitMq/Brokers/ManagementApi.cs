using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Serialization.Metadata;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>The broker's management API: what AMQP cannot tell. It only ever reads.</summary>
internal sealed class ManagementApi : IDisposable
{
    private const string WithoutStatistics = "disable_stats=true&enable_queue_totals=true";

    private readonly HttpClient _http;
    private readonly string _virtualHost;

    public ManagementApi(Uri address, string virtualHost, TimeSpan answerTimeout)
    {
        _virtualHost = Uri.EscapeDataString(virtualHost);
        // Pooled connections would outlive the operations; a listing asks three times at most.
        _http = new HttpClient(new SocketsHttpHandler { PooledConnectionIdleTimeout = TimeSpan.FromSeconds(15) })
        {
            BaseAddress = new UriBuilder(address) { UserName = "", Password = "" }.Uri,
            Timeout = answerTimeout,
            DefaultRequestHeaders =
            {
                Authorization = new AuthenticationHeaderValue(
                    "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(Uri.UnescapeDataString(address.UserInfo)))),
            },
        };
    }

    public Uri Address => _http.BaseAddress!;

    /// <summary>Whether it is that of another broker than the one whose cluster is named so.</summary>
    /// <returns>The other's name; null when it is the same, or one of them does not say.</returns>
    public async Task<string?> ForeignAsync(string clusterName, CancellationToken cancellationToken) =>
        clusterName.Length > 0
        && (await GetAsync("api/cluster-name", ManagementJson.Default.ManagedCluster, cancellationToken).ConfigureAwait(false)).Value is { Name.Length: > 0 } cluster
        && cluster.Name != clusterName
            ? cluster.Name
            : null;

    /// <summary>Every queue of the virtual host, without the statistics that make the answer slow.</summary>
    public async Task<Managed<ManagedQueue[]>> QueuesAsync(CancellationToken cancellationToken)
    {
        // Asked for at once, if it may be needed: a listing should take no longer than the broker's longest answer.
        Task<ManagedPolicies?> policies = PoliciesAsync(cancellationToken);
        Managed<ManagedQueue[]> answer = await GetAsync(
            $"api/queues/{_virtualHost}?{WithoutStatistics}", ManagementJson.Default.ManagedQueueArray, cancellationToken).ConfigureAwait(false);
        ManagedPolicies? known = await policies.ConfigureAwait(false);
        return answer.Value is { } queues && known is not null && queues.Any(static queue => !queue.KnowsPolicies)
            ? new([.. queues.Select(queue => queue with { Policies = known })], null)
            : answer;
    }

    public async Task<Managed<ManagedQueue>> QueueAsync(string queue, CancellationToken cancellationToken)
    {
        Managed<ManagedQueue> answer = await GetAsync(
            $"api/queues/{_virtualHost}/{Uri.EscapeDataString(queue)}?{WithoutStatistics}", ManagementJson.Default.ManagedQueue, cancellationToken)
            .ConfigureAwait(false);
        return answer.Value is { KnowsPolicies: false } found && await PoliciesAsync(cancellationToken).ConfigureAwait(false) is { } policies
            ? new(found with { Policies = policies }, null)
            : answer;
    }

    public Task<Managed<ManagedBinding[]>> BindingsFromAsync(string exchange, CancellationToken cancellationToken) => GetAsync(
        $"api/exchanges/{_virtualHost}/{Uri.EscapeDataString(exchange)}/bindings/source",
        ManagementJson.Default.ManagedBindingArray,
        cancellationToken);

    public Task<Managed<ManagedBinding[]>> BindingsToAsync(string queue, CancellationToken cancellationToken) => GetAsync(
        $"api/queues/{_virtualHost}/{Uri.EscapeDataString(queue)}/bindings", ManagementJson.Default.ManagedBindingArray, cancellationToken);

    // Before RabbitMQ 4.3 a queue without statistics names its policies and does not say what is in them.
    private async Task<ManagedPolicies?> PoliciesAsync(CancellationToken cancellationToken)
    {
        Managed<ManagedPolicy[]> users = await GetAsync(
            $"api/policies/{_virtualHost}", ManagementJson.Default.ManagedPolicyArray, cancellationToken).ConfigureAwait(false);
        Managed<ManagedPolicy[]> operators = await GetAsync(
            $"api/operator-policies/{_virtualHost}", ManagementJson.Default.ManagedPolicyArray, cancellationToken).ConfigureAwait(false);
        return users.Value is { } user && operators.Value is { } own && Array.TrueForAll([.. user, .. own], static policy => policy.IsUnderstood)
            ? new(user, own)
            : null;
    }

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
        catch (Exception failure) when (failure is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            return new(null, $"The management API at {_http.BaseAddress} did not answer: {failure.GetBaseException().Message}");
        }
    }

    private string Refusal(HttpStatusCode status) => status switch
    {
        HttpStatusCode.Unauthorized => $"The management API at {_http.BaseAddress} lets this user not in: it needs the tag 'management'.",
        HttpStatusCode.NotFound => "The management API knows nothing of this name.",
        _ => string.Create(CultureInfo.InvariantCulture, $"The management API at {_http.BaseAddress} answered {(int)status}."),
    };
}

/// <summary>An answer of the management API, or why there is none.</summary>
internal readonly record struct Managed<T>(T? Value, string? Problem)
    where T : class;
