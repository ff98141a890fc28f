using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using HaptiTalk.Messaging.Resilience.Brokers;

namespace HaptiTalk.Messaging.Resilience.RabbitMq.Tests.Bus;

/// <summary>A user of the broker that only one test has.</summary>
internal sealed class BrokerUser : IAsyncDisposable
{
    private readonly HttpClient _management;
    private readonly string _host;

    private BrokerUser(HttpClient management, VirtualHost host, string name, string password)
    {
        _management = management;
        _host = host.Name;
        Name = name;
        Password = password;
        Address = new UriBuilder(host.Address) { UserName = name, Password = password }.Uri;
    }

    public string Name { get; }

    public string Password { get; }

    /// <summary>The virtual host, as this user.</summary>
    public Uri Address { get; }

    public static async Task<BrokerUser> CreateAsync(BrokerFixture broker, VirtualHost host, CancellationToken cancellationToken)
    {
        (string name, string password) = ($"user-{Guid.NewGuid():N}", $"password-{Guid.NewGuid():N}");
        string administrator = Convert.ToBase64String(Encoding.UTF8.GetBytes(Uri.UnescapeDataString(broker.Management.UserInfo)));
        var management = new HttpClient
        {
            BaseAddress = new UriBuilder(broker.Management) { UserName = "", Password = "" }.Uri,
            // The management API ends connections that were idle for some seconds, and may do so under a request.
            DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Basic", administrator), ConnectionClose = true },
        };
        var user = new BrokerUser(management, host, name, password);
        await user.PutAsync(password, cancellationToken);
        return user;
    }

    /// <summary>The broker knows this user, by this password. One that was deleted is made again.</summary>
    public async Task PutAsync(string password, CancellationToken cancellationToken)
    {
        await PutAsync($"api/users/{Name}", new { password, tags = "" }, cancellationToken);
        await PutAsync($"api/permissions/{_host}/{Name}", new { configure = ".*", write = ".*", read = ".*" }, cancellationToken);
    }

    /// <summary>The broker knows this user no longer, and ends the user's connections.</summary>
    public async Task DeleteAsync(CancellationToken cancellationToken)
    {
        using HttpResponseMessage response = await _management.DeleteAsync(new Uri($"api/users/{Name}", UriKind.Relative), cancellationToken);
        response.EnsureSuccessStatusCode();
    }

    public async ValueTask DisposeAsync()
    {
        using HttpResponseMessage response = await _management.DeleteAsync(new Uri($"api/users/{Name}", UriKind.Relative), CancellationToken.None);
        _management.Dispose();
    }

    private async Task PutAsync<T>(string path, T body, CancellationToken cancellationToken)
    {
        using HttpResponseMessage response = await _management.PutAsJsonAsync(new Uri(path, UriKind.Relative), body, cancellationToken);
        response.EnsureSuccessStatusCode();
    }
}
