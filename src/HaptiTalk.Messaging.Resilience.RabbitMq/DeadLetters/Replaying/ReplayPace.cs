namespace HaptiTalk.Messaging.Resilience;

/// <summary>Lets so many a second through, evenly.</summary>
internal sealed class ReplayPace(double? perSecond, TimeProvider time)
{
    private readonly long _started = time.GetTimestamp();
    private long _passed;

    public ValueTask WaitAsync(CancellationToken cancellationToken)
    {
        if (perSecond is not { } rate)
            return default;
        TimeSpan due = TimeSpan.FromSeconds(_passed++ / rate) - time.GetElapsedTime(_started);
        return due > TimeSpan.Zero ? new(Task.Delay(due, time, cancellationToken)) : default;
    }
}
