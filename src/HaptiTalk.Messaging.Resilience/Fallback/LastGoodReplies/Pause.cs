namespace HaptiTalk.Messaging.Resilience;

/// <summary>A time in which something is left alone.</summary>
internal sealed class Pause(TimeProvider clock)
{
    private long _end;

    public bool IsOver => clock.GetTimestamp() >= Volatile.Read(ref _end);

    public void Begin(TimeSpan length) => Volatile.Write(ref _end, EndOf(length));

    /// <summary>True for one of those who come when it is over, and it begins anew.</summary>
    public bool TryBegin(TimeSpan length)
    {
        long end = Volatile.Read(ref _end);
        return clock.GetTimestamp() >= end && Interlocked.CompareExchange(ref _end, EndOf(length), end) == end;
    }

    private long EndOf(TimeSpan length) => clock.GetTimestamp() + (long)(length.TotalSeconds * clock.TimestampFrequency);
}
