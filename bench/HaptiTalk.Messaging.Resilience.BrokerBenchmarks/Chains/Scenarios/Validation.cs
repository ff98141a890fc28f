using HaptiTalk.Messaging.Resilience.Brokers;

namespace HaptiTalk.Messaging.Resilience.BrokerBenchmarks.Chains;

/// <summary>Messages that are wrong, and a consumer that says so with the exception of a library.</summary>
internal sealed class Validation(bool isIgnored) : Scenario
{
    private static readonly Dictionary<string, string> Profiles = new(StringComparer.Ordinal)
    {
        ["Profiles:orders:Timeout:DefaultTimeout"] = "00:00:04",
    };

    private static readonly Dictionary<string, string> Ignoring = new(Profiles, StringComparer.Ordinal)
    {
        ["Profiles:orders:Retry:Ignore:0"] = typeof(FluentValidation.ValidationException).FullName!,
    };

    public override string Name => isIgnored ? "validation, ignored by the retry" : "validation";

    public override string What => isIgnored
        ? "the same with `Retry:Ignore` for it"
        : "ten wrong messages, for which the consumer throws FluentValidation's exception; then 20 right ones";

    public override string Shown => "{runs:0.0} runs a wrong message; circuits opened {opened:0} times; {succeeded:P0} of the right ones succeed";

    public override string Why => isIgnored
        ? "There was no way to say that an exception is not a failure of the service."
        : "Nobody knew what people's validation libraries throw.";

    public override async Task<Dictionary<string, double>> RunAsync(BrokerFixture broker, CancellationToken cancellationToken)
    {
        Dictionary<string, string> profiles = isIgnored ? Ignoring : Profiles;
        await using Site site = await Site.StartAsync(
            broker, cancellationToken, Caller(profiles), Service(profiles, "orders", new ConsumerSettings(nameof(PlaceOrder)) { Validates = true }));
        await site.WarmUpAsync(nameof(PlaceOrder), cancellationToken);
        LoadResult wrong = await site.Caller.LoadAsync(
            new(nameof(PlaceOrder), PerSecond: 5, TimeSpan.FromSeconds(2)) { IsBad = true }, cancellationToken);
        LoadResult right = await site.Caller.LoadAsync(new(nameof(PlaceOrder), PerSecond: 10, TimeSpan.FromSeconds(2)), cancellationToken);
        SiteReport report = await site.ReportAsync(cancellationToken);
        return new(StringComparer.Ordinal)
        {
            ["runs"] = report.RunsPerCall(nameof(PlaceOrder), wrong),
            ["opened"] = report.CircuitsOpened,
            ["succeeded"] = right.SucceededShare,
        };
    }
}
