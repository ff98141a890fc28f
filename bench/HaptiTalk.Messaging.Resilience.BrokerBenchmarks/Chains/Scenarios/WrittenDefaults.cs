using System.Net.Http.Json;
using System.Text.Json;
using HaptiTalk.Messaging.Resilience.Brokers;

namespace HaptiTalk.Messaging.Resilience.BrokerBenchmarks.Chains;

/// <summary>What is in force of what somebody has written for all services.</summary>
internal sealed class WrittenDefaults : Scenario
{
    private static readonly Dictionary<string, string> Profiles = new(StringComparer.Ordinal)
    {
        ["Defaults:Timeout:DefaultTimeout"] = "00:00:20",
        ["Defaults:Retry:MaxRetries"] = "7",
        ["Defaults:CircuitBreaker:FailureThreshold"] = "50",
    };

    public override string Name => "written defaults";

    public override string What => "`Resilience:Defaults` of 20 s, 7 repeats and 50 failures, in Production, for the shipped profile `user`";

    public override string Shown => "in force: {timeout:0} s, {retries:0} repeats, {threshold:0} failures";

    public override string Why => "The shipped Production overlay beat what the user wrote.";

    public override async Task<Dictionary<string, double>> RunAsync(BrokerFixture broker, CancellationToken cancellationToken)
    {
        await using Site site = await Site.StartAsync(broker, cancellationToken, Caller(Profiles) with { Environment = "Production" });
        using HttpClient http = new() { BaseAddress = site.Caller.Address };
        JsonElement user = await http.GetFromJsonAsync<JsonElement>(new Uri("resilience/profiles/user", UriKind.Relative), cancellationToken);
        JsonElement settings = user.GetProperty("settings");
        return new(StringComparer.Ordinal)
        {
            ["timeout"] = TimeSpan.Parse(Value("Timeout:DefaultTimeout")).TotalSeconds,
            ["retries"] = double.Parse(Value("Retry:MaxRetries")),
            ["threshold"] = double.Parse(Value("CircuitBreaker:FailureThreshold")),
        };

        string Value(string key) => settings.EnumerateArray()
            .Single(setting => setting.GetProperty("key").GetString() == key).GetProperty("value").GetString()!;
    }
}
