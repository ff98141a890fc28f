using System.Globalization;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>Says when a replay has to end because nothing has happened for as long as the broker may take for an answer.</summary>
internal sealed class ReplayIdleTimeout(DeadLetterAccess broker)
{
    public static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    private long _activity = -1;
    private long _since = broker.Time.GetTimestamp();

    public ReplayEnd NotConfirmed => new(
        ReplayStop.BrokerLost,
        string.Create(CultureInfo.InvariantCulture,
            $"The broker did not confirm within {broker.AnswerTimeout.TotalSeconds} s: it may be out of memory or disk, or its queue without a majority."));

    public static ReplayEnd Missing(long messages) => new(
        ReplayStop.Incomplete,
        string.Create(CultureInfo.InvariantCulture,
            $"{messages} messages fewer came than were counted: another consumer may hold them, or they have expired. Replay again to be sure."));

    /// <param name="activity">A number that grows while something happens.</param>
    /// <param name="isPacing">Whether the replay waits for its rate. That is not idle.</param>
    public bool IsOver(long activity, bool isPacing)
    {
        if (activity == _activity && !isPacing)
            return broker.Time.GetElapsedTime(_since) > broker.AnswerTimeout;
        (_activity, _since) = (activity, broker.Time.GetTimestamp());
        return false;
    }
}
