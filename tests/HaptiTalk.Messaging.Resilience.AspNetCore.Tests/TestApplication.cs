using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>A web application that listens on a port of its own, with the framework's endpoints.</summary>
internal sealed class TestApplication : IAsyncDisposable
{
    private static readonly Dictionary<string, string?> Settings = new(StringComparer.Ordinal)
    {
        ["Resilience:Profiles:auth:CircuitBreaker:FailureThreshold"] = "100",
        ["Resilience:Profiles:auth:Fallback:ErrorThreshold"] = "1",
        ["Resilience:Profiles:auth:Retry:MaxRetries"] = "0",
        ["Resilience:Profiles:auth:Bulkhead:MaxConcurrentCalls"] = "3",
        ["Resilience:Profiles:auth:Bulkhead:QueueCapacity"] = "2",
        ["Resilience:Profiles:auth:Bulkhead:Timeout"] = "00:05:00",
        ["Resilience:Profiles:auth:Timeout:DefaultTimeout"] = "00:05:00",
        ["Resilience:Profiles:report:CircuitBreaker:FailureThreshold"] = "1",
        ["Resilience:Profiles:report:Retry:MaxRetries"] = "0",
        ["Resilience:Profiles:auth:Operations:impatient:Timeout:DefaultTimeout"] = "00:00:00.010",
        ["Resilience:Profiles:auth:Operations:repeated:Retry:MaxRetries"] = "2",
        ["Resilience:Profiles:auth:Operations:repeated:Retry:InitialDelay"] = "00:00:00",
    };

    private readonly WebApplication _application;

    private TestApplication(WebApplication application)
    {
        _application = application;
        Client = new() { BaseAddress = new(application.Urls.Single()) };
    }

    public HttpClient Client { get; }

    public IMessagingResilience Resilience => _application.Services.GetRequiredService<IMessagingResilience>();

    public IServiceProvider Services => _application.Services;

    public IServiceResilience Auth => Resilience.For("auth");

    public static async Task<TestApplication> StartAsync(
        Action<IServiceCollection>? services = null, Action<WebApplication>? application = null, string environment = "Testing", IEnumerable<KeyValuePair<string, string?>>? settings = null)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { EnvironmentName = environment });
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");

        // The server would drop a client that reads too slowly by itself, but not every server does.
        builder.WebHost.ConfigureKestrel(static kestrel => kestrel.Limits.MinResponseDataRate = null);
        builder.Configuration.AddInMemoryCollection(Settings.Concat(settings ?? []));
        builder.Services.AddMessagingResilience(builder.Configuration).AddPrometheus();
        services?.Invoke(builder.Services);
        WebApplication built = builder.Build();
        application?.Invoke(built);
        if (application is null)
            built.MapMessagingResilience();
        built.MapPrometheusScrapingEndpoint();
        await built.StartAsync(TestContext.Current.CancellationToken);
        return new(built);
    }

    public Task<string> GetAsync(string path) => Client.GetStringAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);

    public async Task<JsonNode> GetJsonAsync(string path) => JsonNode.Parse(await GetAsync(path))!;

    public async Task<Answer> SendAsync(HttpMethod method, string path, string? json = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path);
        request.Headers.Add("X-Resilience", "1");
        foreach ((string name, string value) in headers)
            request.Headers.Add(name, value);
        if (json is not null)
            request.Content = new StringContent(json, Encoding.UTF8, "application/json");
        using HttpResponseMessage response = await Client.SendAsync(request, TestContext.Current.CancellationToken);
        return await Answer.ReadAsync(response);
    }

    /// <summary>Begins work that ends with <paramref name="end"/>.</summary>
    public Task<string> RunAsync(Task<string> end, string operation = "getUserProfile") =>
        Auth.ExecuteAsync(end.WaitAsync, new() { Operation = operation }, TestContext.Current.CancellationToken).AsTask();

    public Task SucceedAsync(string operation = "getUserProfile") => RunAsync(Task.FromResult("real"), operation);

    public Task FailAsync(string operation = "getUserProfile") => Should.ThrowAsync<InvalidOperationException>(RunAsync(Broken(), operation));

    /// <summary>Opens the circuit of <c>report</c>.</summary>
    public Task OpenReportAsync() => Should.ThrowAsync<InvalidOperationException>(RunReportAsync());

    /// <summary>Work of <c>report</c> that fails.</summary>
    public Task RunReportAsync() =>
        Resilience.For("report").ExecuteAsync(_ => Broken(), new() { Operation = "generateReport" }, TestContext.Current.CancellationToken).AsTask();

    public static Task<string> Broken() => Task.FromException<string>(new InvalidOperationException("broken"));

    public Task StopAsync() => _application.StopAsync(TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _application.DisposeAsync();
    }
}
