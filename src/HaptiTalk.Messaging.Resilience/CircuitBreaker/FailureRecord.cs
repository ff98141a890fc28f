namespace HaptiTalk.Messaging.Resilience;

/// <summary>What calls have shown of late: failures in a row, and the shares of failed and slow ones.</summary>
/// <remarks>Only <see cref="InARow"/> is safe to be read without the breaker's lock.</remarks>
internal sealed class FailureRecord(TimeProvider clock)
{
    private readonly SamplingWindow _window = new(clock);
    private volatile int _inARow;

    /// <summary>Failures since the last success.</summary>
    public int InARow => _inARow;

    /// <summary>A call has ended.</summary>
    /// <returns>The rule that is broken now; null while all is well.</returns>
    public CircuitOpenReason? Add(CircuitBreakerOptions options, bool isFailure, bool isSlow)
    {
        _inARow = isFailure ? _inARow + 1 : 0;
        CircuitOpenReason? ratio = options.Samples ? _window.Add(options, isFailure, isSlow).Reaches(options) : null;
        return _inARow >= options.FailureThreshold ? CircuitOpenReason.ConsecutiveFailures : ratio;
    }

    /// <summary>A probe has failed.</summary>
    public void AddProbe() => _inARow++;

    /// <summary>No share is judged by what was before.</summary>
    public void ClearShares() => _window.Clear();

    /// <summary>Everything begins anew.</summary>
    public void Clear()
    {
        _inARow = 0;
        _window.Clear();
    }
}
