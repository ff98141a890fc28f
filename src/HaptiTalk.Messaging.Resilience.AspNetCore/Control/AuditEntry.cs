namespace HaptiTalk.Messaging.Resilience;

/// <summary>A change by hand as <c>GET /resilience/audit</c> shows it.</summary>
internal sealed record AuditEntry(DateTimeOffset Time, string Who, string Action, string Target, string Before, string After, string? Reason)
{
    public static IReadOnlyList<AuditEntry> NewestFirst(IReadOnlyList<ControlChange> history) => [.. history.Reverse().Select(From)];

    /// <summary>The same for those who may not look into messages.</summary>
    public static IReadOnlyList<AuditEntry> WithoutContents(IReadOnlyList<ControlChange> history) =>
        NewestFirst([.. history.Select(DeadLetterAudit.WithoutContents)]);

    public static AuditEntry From(ControlChange change) =>
        new(change.At, change.By, change.What, change.Target, change.Before, change.After, change.Reason);
}
