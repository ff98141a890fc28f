namespace HaptiTalk.Messaging.Resilience;

/// <summary>Since when and why a circuit is not closed, and how long until a probe.</summary>
/// <remarks>Not safe for use by several threads: the breaker holds its lock.</remarks>
internal sealed class OpenPeriod(TimeProvider clock)
{
    private long _openedAt;
    private bool _isProbeDue;

    /// <summary>Since when the circuit has not been closed; null while it is.</summary>
    public DateTimeOffset? Since { get; private set; }

    /// <summary>Which rule opened it last; null while it is closed.</summary>
    public CircuitOpenReason? Reason { get; private set; }

    /// <summary>What opened it last; null while it is closed, and where no failure did.</summary>
    public Lazy<CircuitCause>? Cause { get; private set; }

    /// <summary>The state has changed.</summary>
    public void Enter(CircuitState from, CircuitState to, CircuitOpening? opening)
    {
        if (to == CircuitState.Closed)
        {
            (Since, Reason, Cause) = (null, null, null);
            return;
        }

        if (from == CircuitState.Closed)
            Since = clock.GetUtcNow();
        Reason = opening?.Reason ?? Reason;
        Cause = opening?.Cause ?? Cause;
        if (to == CircuitState.Open)
            (_openedAt, _isProbeDue) = (clock.GetTimestamp(), false);
    }

    public void MakeProbeDue() => _isProbeDue = true;

    /// <summary>How long an open circuit stays so.</summary>
    public TimeSpan Remaining(CircuitBreakerOptions options)
    {
        if (_isProbeDue)
            return TimeSpan.Zero;

        TimeSpan left = options.ResetTimeout - clock.GetElapsedTime(_openedAt);
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    /// <summary>The same as it is now, for another circuit to go on with.</summary>
    public OpenPeriod Copy(bool isProbeDue) =>
        new(clock) { _openedAt = _openedAt, _isProbeDue = _isProbeDue || isProbeDue, Since = Since, Reason = Reason, Cause = Cause };
}
