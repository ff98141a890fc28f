namespace HaptiTalk.Messaging.Resilience;

/// <summary>What made a circuit open.</summary>
public enum CircuitOpenReason
{
    /// <summary>As many failures in a row as <see cref="CircuitBreakerOptions.FailureThreshold"/> says.</summary>
    ConsecutiveFailures,

    /// <summary>The share of failed calls has reached <see cref="CircuitBreakerOptions.FailureRatio"/>.</summary>
    FailureRatio,

    /// <summary>The share of slow calls has reached <see cref="CircuitBreakerOptions.SlowCallRatio"/>.</summary>
    SlowCallRatio,

    /// <summary>A half-open probe failed or was slow.</summary>
    FailedProbe,
}
