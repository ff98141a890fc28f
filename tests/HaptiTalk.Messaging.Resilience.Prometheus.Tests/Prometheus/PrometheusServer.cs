using System.Diagnostics;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace HaptiTalk.Messaging.Resilience.Prometheus.Tests;

/// <summary>A private Prometheus that scrapes what it is told to: own port, own data, gone with the test.</summary>
internal sealed partial class PrometheusServer : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly string _output;
    private readonly Process _keeper;
    private HttpClient? _client;

    private PrometheusServer(string folder, Process keeper)
    {
        _output = Path.Combine(folder, "output");
        _keeper = keeper;
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static async Task<PrometheusServer> StartAsync(string configuration)
    {
        string folder = Directory.CreateTempSubdirectory("haptitalk-prometheus-").FullName;
        string file = Path.Combine(folder, "prometheus.yml");
        await File.WriteAllTextAsync(file, configuration, Token);
        ProcessStartInfo start = new("/bin/sh",
        [
            Path.Combine(AppContext.BaseDirectory, "keep-process.sh"), folder, PrometheusPrograms.Server,
            $"--config.file={file}", $"--storage.tsdb.path={Path.Combine(folder, "data")}",
            "--web.listen-address=127.0.0.1:0",
        ])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            WorkingDirectory = folder,
        };
        var server = new PrometheusServer(folder, Process.Start(start)!);
        try
        {
            await server.WaitUntilReadyAsync();
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>The series that an expression has now.</summary>
    public async Task<JsonArray> QueryAsync(string expression)
    {
        JsonNode answer = await GetAsync($"/api/v1/query?query={Uri.EscapeDataString(expression)}");
        return answer["data"]!["result"]!.AsArray();
    }

    /// <summary>What the server knows of its rules.</summary>
    public async Task<JsonArray> GetRulesAsync()
    {
        JsonNode answer = await GetAsync("/api/v1/rules");
        return [.. answer["data"]!["groups"]!.AsArray().SelectMany(group => group!["rules"]!.AsArray()).Select(rule => rule!.DeepClone())];
    }

    /// <summary>What the server scrapes, and how that goes.</summary>
    public async Task<IReadOnlyList<JsonNode>> GetTargetsAsync() =>
        [.. (await GetAsync("/api/v1/targets"))["data"]!["activeTargets"]!.AsArray().Select(target => target!)];

    /// <summary>Asks again until the answer is as wanted: the next scrape may bring it.</summary>
    public async Task<JsonArray> WaitForAsync(string expression, Func<JsonArray, bool> wanted)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Token);
        patience.CancelAfter(Patience);
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(200));
        JsonArray found = [];
        try
        {
            while (!wanted(found = await QueryAsync(expression)))
                await pace.WaitForNextTickAsync(patience.Token);
            return found;
        }
        catch (OperationCanceledException late) when (!Token.IsCancellationRequested)
        {
            throw new TimeoutException($"{expression} is still {found.ToJsonString()}", late);
        }
    }

    public Task<JsonArray> WaitForDataAsync(string expression) => WaitForAsync(expression, found => found.Count > 0);

    public async ValueTask DisposeAsync()
    {
        _client?.Dispose();
        _keeper.StandardInput.Close();
        await _keeper.WaitForExitAsync(CancellationToken.None);
        _keeper.Dispose();
    }

    private async Task<JsonNode> GetAsync(string path)
    {
        using HttpResponseMessage response = await _client!.GetAsync(new Uri(path, UriKind.Relative), Token);
        string body = await response.Content.ReadAsStringAsync(Token);
        response.IsSuccessStatusCode.ShouldBeTrue($"{path}: {body}");
        return JsonNode.Parse(body)!;
    }

    // Port 0 lets the system choose; the log says which.
    private async Task WaitUntilReadyAsync()
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Token);
        patience.CancelAfter(Patience);
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        while (true)
        {
            string output = File.Exists(_output) ? await File.ReadAllTextAsync(_output, Token) : string.Empty;
            if (ListeningOn().Match(output) is { Success: true } listening && output.Contains("Server is ready", StringComparison.Ordinal))
            {
                _client = new() { BaseAddress = new($"http://127.0.0.1:{listening.Groups["port"].Value}") };
                return;
            }

            if (_keeper.HasExited || output.Contains("level=error", StringComparison.Ordinal) || !await Tick(pace, patience.Token))
                throw new InvalidOperationException($"Prometheus did not start:\n{output}");
        }
    }

    private static async Task<bool> Tick(PeriodicTimer pace, CancellationToken cancellationToken)
    {
        try
        {
            return await pace.WaitForNextTickAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    [GeneratedRegex(@"Listening on.*127\.0\.0\.1:(?<port>\d+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex ListeningOn();
}
