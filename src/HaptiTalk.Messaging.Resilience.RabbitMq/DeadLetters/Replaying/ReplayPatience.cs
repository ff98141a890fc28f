using System.Globalization;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>How long a replay waits while nothing happens.</summary>
internal sealed class ReplayPatience(DeadLetterAccess broker)
{
    private static readonly TimeSpan ProgressInterval = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan ConfirmInterval = TimeSpan.FromMilliseconds(2);

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

    /// <summary>Waits a while; whether it ended meanwhile.</summary>
    public static async Task<bool> WaitAsync(Task something, TimeProvider time)
    {
        try
        {
            await something.WaitAsync(ProgressInterval, time).ConfigureAwait(false);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    /// <summary>Whether the broker answers for everything that was sent.</summary>
    public static async Task<bool> ConfirmedAsync(ReplayOutbox outbox, DeadLetterAccess broker)
    {
        long since = broker.Time.GetTimestamp();
        while (outbox.Outstanding > 0 && !outbox.Closed.IsCompleted && broker.Time.GetElapsedTime(since) < broker.AnswerTimeout)
            await Task.Delay(ConfirmInterval, broker.Time, CancellationToken.None).ConfigureAwait(false);
        return outbox.Outstanding == 0;
    }

    /// <param name="activity">Grows while something happens.</param>
    /// <param name="isMeant">Whether it waits because it is to.</param>
    public bool IsOver(long activity, bool isMeant)
    {
        if (activity == _activity && !isMeant)
            return broker.Time.GetElapsedTime(_since) > broker.AnswerTimeout;
        (_activity, _since) = (activity, broker.Time.GetTimestamp());
        return false;
    }
}
