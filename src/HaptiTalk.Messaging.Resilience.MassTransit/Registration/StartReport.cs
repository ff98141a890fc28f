namespace HaptiTalk.Messaging.Resilience;

/// <summary>A consumer, its profile, and why none is applied where that is meant to be so.</summary>
internal sealed record ReviewedConsumer(FoundConsumer Consumer, string? Profile, string? LeftOut);

/// <summary>What the log says of a bus when it starts: which profile covers which consumers, and who goes without and why.</summary>
internal sealed class StartReport(IReadOnlyList<ReviewedConsumer> consumers)
{
    private const string Nothing = "nothing";

    /// <summary>By profile and endpoint.</summary>
    public string Covered => Listed(
        from reviewed in consumers
        where reviewed is { LeftOut: null, Consumer.IsProtected: true }
        group reviewed.Consumer by reviewed.Profile into profile
        select $"profile '{profile.Key}' covers {string.Join(", ", profile.Select(static consumer => consumer.ToString()).Distinct())}");

    /// <summary>By consumer.</summary>
    public string NotCovered => Listed((
        from reviewed in consumers
        where reviewed.LeftOut is not null || !reviewed.Consumer.IsProtected
        select $"{reviewed.Consumer} ({reviewed.LeftOut ?? "no UseMessagingResilience"})").Distinct());

    private static string Listed(IEnumerable<string> parts) => string.Join("; ", parts) is { Length: > 0 } list ? list : Nothing;
}
