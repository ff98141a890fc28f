namespace HaptiTalk.Messaging.Resilience;

/// <summary>What calls have shown of late: failures in a row, the shares of failed and slow ones, and what has failed.</summary>
/// <remarks>Only <see cref="InARow"/> is safe to be read without the breaker's lock.</remarks>
internal sealed class FailureRecord(TimeProvider clock)
{
    private readonly SamplingWindow _window = new(clock);
    private readonly FailedMessages _failed = new();
    private volatile int _inARow;

    /// <summary>Failures since the last success.</summary>
    public int InARow => _inARow;

    /// <summary>A call has ended.</summary>
    /// <returns>The rule that is broken now; null while all is well.</returns>
    public CircuitOpenReason? Add(CircuitBreakerOptions options, CallVerdict verdict, bool isSlow, FailedCall? failed)
    {
        bool isFailure = verdict is CallVerdict.Failure or CallVerdict.InstanceFailure;
        if (verdict != CallVerdict.InstanceFailure)
            _inARow = isFailure ? _inARow + 1 : 0;
        SamplingWindow.Counts recent = options.Samples ? _window.Add(options, isFailure, isSlow) : default;
        if (failed is { } call)
            _failed.Add(call);
        else if (recent.Failures == 0)
            _failed.Clear();
        return _inARow >= options.FailureThreshold ? CircuitOpenReason.ConsecutiveFailures : options.Samples ? recent.Reaches(options) : null;
    }

    /// <summary>A probe has failed.</summary>
    public void AddProbe(FailedCall? failed)
    {
        _inARow++;
        if (failed is { } call)
            _failed.Add(call);
    }

    /// <summary>What has opened the circuit; null where no failure has.</summary>
    public Lazy<CircuitCause>? Conclude(CircuitOpenReason reason) => reason == CircuitOpenReason.SlowCallRatio ? null : _failed.Conclude();

    /// <summary>No share is judged by what was before.</summary>
    public void ClearShares() => _window.Clear();

    /// <summary>Everything begins anew.</summary>
    public void Clear()
    {
        _inARow = 0;
        _window.Clear();
        _failed.Clear();
    }
}
