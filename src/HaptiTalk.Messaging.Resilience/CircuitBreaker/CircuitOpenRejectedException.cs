using System.Globalization;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>The circuit breaker of a service is open (or isolated), so the work was refused without running.</summary>
public sealed class CircuitOpenRejectedException : RejectedException
{
    /// <summary>A refusal as the framework throws it, to be thrown by a test in its place.</summary>
    /// <param name="service">The profile whose breaker refuses.</param>
    /// <param name="operation">What was to be run.</param>
    /// <param name="state">The breaker's state.</param>
    /// <param name="since">When it left <see cref="CircuitState.Closed"/>.</param>
    /// <param name="retryAfter">The earliest time, from now, at which another try can be admitted.</param>
    /// <param name="isRemote">The called service refuses, and not this process.</param>
    /// <param name="cause">What opened it.</param>
    public CircuitOpenRejectedException(
        string service,
        string operation,
        CircuitState state = CircuitState.Open,
        DateTimeOffset? since = null,
        TimeSpan? retryAfter = null,
        bool isRemote = false,
        CircuitCause? cause = null)
        : base(Describe(Named(service, isRemote), operation, state, since, retryAfter, cause, isRemote), service, operation, retryAfter, isRemote)
    {
        Cause = cause;
        State = state;
        Since = since;
    }

    /// <summary>The breaker's state when it refused.</summary>
    public CircuitState State { get; }

    /// <summary>When it left <see cref="CircuitState.Closed"/>; null when the refusal came from another process.</summary>
    public DateTimeOffset? Since { get; }

    /// <summary>What opened it; null where no failure did, and when the refusal came from another process.</summary>
    public CircuitCause? Cause { get; }

    internal override FallbackReason FallbackReason => FallbackReason.CircuitOpen;

    private static string Describe(
        string service, string operation, CircuitState state, DateTimeOffset? since, TimeSpan? retryAfter, CircuitCause? cause, bool remote)
    {
        string when = since is { } at ? $" since {at:O}" : string.Empty;
        string hint = state == CircuitState.Isolated
            ? "An operator isolated it; it stays so until it is closed by hand."
            : retryAfter is { } wait ? string.Create(
                CultureInfo.InvariantCulture, $"Try again in {wait.TotalSeconds:0.###} s.") : "Try again later.";
        string opened = cause is null ? string.Empty : $" What opened it: {cause}.";
        return $"Circuit breaker of '{service}' is {state}{when}: '{operation}' was refused by {By(remote)} and did not run. {hint}{opened}";
    }
}
