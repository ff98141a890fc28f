namespace HaptiTalk.Demo;

/// <summary>How long the rendering of one report takes.</summary>
internal sealed class ReportWeight
{
    private long _ticks;

    public TimeSpan Time
    {
        get => TimeSpan.FromTicks(Interlocked.Read(ref _ticks));
        set => Interlocked.Exchange(ref _ticks, value.Ticks);
    }
}
