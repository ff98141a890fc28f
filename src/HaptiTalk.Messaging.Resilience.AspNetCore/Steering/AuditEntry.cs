namespace HaptiTalk.Messaging.Resilience;

/// <summary>A change by hand as <c>GET /resilience/audit</c> shows it.</summary>
internal sealed record AuditEntry(DateTimeOffset Time, string Who, string Action, string Target, string Before, string After, string? Reason)
{
    public static IReadOnlyList<AuditEntry> NewestFirst(IReadOnlyList<ControlChange> history) => [.. history.Reverse().Select(From)];

    public static AuditEntry From(ControlChange change) =>
        new(change.At, change.By, change.What, change.Target, change.Before, change.After, change.Reason);
}
