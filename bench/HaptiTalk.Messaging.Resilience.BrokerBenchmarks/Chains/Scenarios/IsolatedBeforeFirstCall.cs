using HaptiTalk.Messaging.Resilience.Brokers;

namespace HaptiTalk.Messaging.Resilience.BrokerBenchmarks.Chains;

/// <summary>Where an operator finds an isolation of what has not run yet.</summary>
internal sealed class IsolatedBeforeFirstCall : Scenario
{
    private static readonly Dictionary<string, string> Profiles = new(StringComparer.Ordinal)
    {
        ["Profiles:payments:Timeout:DefaultTimeout"] = "00:00:02",
    };

    public override string Name => "isolated before the first call";

    public override string What => "an isolation before the first call";

    public override string Shown => "shown by {places:0} of 4: overview, metrics, health, audit";

    public override string Why => "An isolation is listed although nothing has run there yet; it was so before.";

    public override async Task<Dictionary<string, double>> RunAsync(BrokerFixture broker, CancellationToken cancellationToken)
    {
        await using Site site = await Site.StartAsync(broker, cancellationToken, Caller(Profiles));
        await site.Caller.IsolateAsync(new ControlTarget("payments", ResilienceSide.Client), cancellationToken);
        using HttpClient http = new() { BaseAddress = site.Caller.Address };
        var shown = new Dictionary<string, double>(StringComparer.Ordinal)
        {
            ["overview"] = await ShowsAsync("resilience/overview", "ISOLATED"),
            ["metrics"] = await ShowsAsync("resilience/metrics", "ISOLATED"),
            ["health"] = await ShowsAsync(Instance.HealthPath, "Degraded"),
            ["audit"] = await ShowsAsync("resilience/audit", "isolate"),
        };
        return new(shown, StringComparer.Ordinal) { ["places"] = shown.Values.Sum() };

        async Task<double> ShowsAsync(string path, string text) =>
            (await http.GetStringAsync(new Uri(path, UriKind.Relative), cancellationToken)).Contains(text, StringComparison.Ordinal) ? 1 : 0;
    }
}
