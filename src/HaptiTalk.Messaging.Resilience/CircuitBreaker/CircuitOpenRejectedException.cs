namespace HaptiTalk.Messaging.Resilience;

/// <summary>The circuit breaker of a service is open (or isolated), so the work was refused without running.</summary>
public sealed class CircuitOpenRejectedException : RejectedException
{
    internal CircuitOpenRejectedException(
        string service, string operation, CircuitState state, DateTimeOffset? since, TimeSpan? retryAfter, bool remote = false)
        : base(Describe(Named(service, remote), operation, state, since, retryAfter, remote), service, operation, retryAfter, remote)
    {
        State = state;
        Since = since;
    }

    /// <summary>The breaker's state when it refused.</summary>
    public CircuitState State { get; }

    /// <summary>When it left <see cref="CircuitState.Closed"/>; null when the refusal came from another process.</summary>
    public DateTimeOffset? Since { get; }

    internal override FallbackReason FallbackReason => FallbackReason.CircuitOpen;

    private static string Describe(
        string service, string operation, CircuitState state, DateTimeOffset? since, TimeSpan? retryAfter, bool remote)
    {
        string when = since is { } at ? $" since {at:O}" : string.Empty;
        string hint = state == CircuitState.Isolated
            ? "An operator isolated it; it stays so until it is closed by hand."
            : retryAfter is { } wait ? $"Try again in {wait.TotalSeconds:0.###} s." : "Try again later.";
        return $"Circuit breaker of '{service}' is {state}{when}: '{operation}' was refused by {By(remote)} and did not run. {hint}";
    }
}
