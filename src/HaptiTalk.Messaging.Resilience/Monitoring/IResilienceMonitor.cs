namespace HaptiTalk.Messaging.Resilience.Monitoring;

/// <summary>
/// What a page or a dashboard needs beside <see cref="IMessagingResilience"/> and <see cref="IResilienceControl"/>. It comes from the
/// host's services; the framework implements it.
/// </summary>
public interface IResilienceMonitor
{
    /// <summary>
    /// From now on every call is timed, and <see cref="ServiceSnapshot.LastMinute"/> says what the last minute was like. That takes about
    /// 50 ns a call and allocates nothing. Calling it again changes nothing.
    /// </summary>
    void KeepLastMinute();

    /// <summary>Gives all further events to a sink.</summary>
    /// <param name="sink">What takes them.</param>
    /// <returns>Dispose it, and the sink gets no more.</returns>
    IDisposable Attach(IEventSink sink);
}
