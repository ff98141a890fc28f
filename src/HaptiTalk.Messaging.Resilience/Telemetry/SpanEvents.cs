using System.Diagnostics;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>What a span is told, and under which names: those of OpenTelemetry's conventions where it has one, else our own.</summary>
internal static class SpanEvents
{
    private const string Prefix = "haptitalk.resilience.";
    private const string Attempts = Prefix + "attempts";
    private const string Reason = Prefix + "reason";
    private const string FallbackKey = Prefix + "fallback_key";
    private const string ErrorType = "error.type";

    /// <summary>What is known of a run before it begins, for samplers too.</summary>
    public static KeyValuePair<string, object?>[] TagsOf(string service, string operation, ResilienceSide side)
    {
        KeyValuePair<string, object?>[] own =
            [new(Prefix + "service", service), new(Prefix + "operation", operation), new(Prefix + "side", SideName.Of(side))];
        return side is ResilienceSide.Client or ResilienceSide.Publisher
            ? [.. own, new("messaging.operation.name", VerbOf(side)), new("messaging.operation.type", "send")]
            : own;
    }

    public static string NameOf(string operation, ResilienceSide side) => $"{VerbOf(side)} {operation}";

    public static void Attempting(this Activity span, int number) =>
        span.Tell("attempt", new KeyValuePair<string, object?>(Prefix + "attempt_number", number));

    public static void Queued(this Activity span, int queueLength) =>
        span.Tell("queued", new KeyValuePair<string, object?>(Prefix + "queue_length", queueLength));

    public static void Admitted(this Activity span) => span.Tell("admitted");

    public static void Held(this Activity span, TimeSpan heldFor) =>
        span.Tell("held", new KeyValuePair<string, object?>(Prefix + "held_for", heldFor.TotalSeconds));

    public static void Retrying(this Activity span, int number, TimeSpan delay, Exception failure) =>
        span.Tell("retry", new(Prefix + "retry_number", number), new(Prefix + "delay", delay.TotalSeconds), ErrorOf(failure));

    public static void RetryBudgetExhausted(this Activity span) => span.Tell("retry_budget_exhausted");

    public static void TimedOut(this Activity span, TimeSpan timeout) =>
        span.Tell("timeout", new KeyValuePair<string, object?>(Prefix + "timeout", timeout.TotalSeconds));

    public static void Rejected(this Activity span, FallbackReason reason, TimeSpan? retryAfter) =>
        span.Tell("rejected", new(Reason, reason.ToString()), new(Prefix + "retry_after", retryAfter?.TotalSeconds));

    public static void FallbackUsed(this Activity span, string key, FallbackReason reason) =>
        span.Tell("fallback", new(FallbackKey, key), new(Reason, reason.ToString()));

    public static void FallbackFailed(this Activity span, string key, Exception failure) =>
        span.Tell("fallback_failed", new(FallbackKey, key), ErrorOf(failure));

    public static void Expired(this Activity span) => span.Tell("expired");

    public static void LateReply(this Activity span) => span.Tell("late_reply");

    public static void Ended(this Activity span, string result, int attempts) =>
        span.SetTag(Prefix + "result", result).SetTag(Attempts, attempts);

    // Not its message: that is the host's own text and may hold anything.
    public static void Failed(this Activity span, Exception failure)
    {
        span.SetTag(ErrorType, failure.GetType().FullName);
        if (failure is not OperationCanceledException)
            span.SetStatus(ActivityStatusCode.Error);
    }

    private static string VerbOf(ResilienceSide side) => side switch
    {
        ResilienceSide.Client => "request",
        ResilienceSide.Publisher => "publish",
        ResilienceSide.Consumer => "consume",
        _ => "execute",
    };

    private static KeyValuePair<string, object?> ErrorOf(Exception failure) => new(ErrorType, failure.GetType().FullName);

    private static void Tell(this Activity span, string what, params ReadOnlySpan<KeyValuePair<string, object?>> attributes)
    {
        var told = new ActivityTagsCollection();
        foreach (KeyValuePair<string, object?> attribute in attributes)
            told.Add(attribute);
        span.AddEvent(new(Prefix + what, tags: told));
    }
}
