namespace HaptiTalk.Messaging.Resilience;

/// <summary>What is set aside so that an answer, or a fallback for it, still arrives: a tenth of the time, at most 100 ms.</summary>
internal static class ReplyTime
{
    private static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(100);

    public static TimeSpan Before(TimeSpan left)
    {
        TimeSpan share = left / 10;
        return left - (share < Longest ? share : Longest);
    }
}
