using HaptiTalk.Messaging.Resilience;

namespace HaptiTalk.Demo;

/// <summary>What can be seen of an act while it is played.</summary>
internal sealed class ActView(bool isProtected, CallLog log, BreakerWatch watch, IMessagingResilience? resilience, TimeProvider clock)
{
    private readonly long _startedAt = clock.GetTimestamp();

    public bool IsProtected => isProtected;

    public Scene Scene { get; private set; } = HaptiTalk.Demo.Scene.Story[0];

    public TimeSpan Elapsed => clock.GetElapsedTime(_startedAt);

    public IReadOnlyCollection<Call> Calls => log.Calls;

    public IReadOnlyList<BreakerChange> Changes => watch.Changes;

    public IReadOnlyList<ServiceSnapshot> Services => resilience?.GetSnapshot() ?? [];

    public TimeProvider Clock => clock;

    public TimeSpan SinceStart(long timestamp) => clock.GetElapsedTime(_startedAt, timestamp);

    public void Begin(Scene scene) => Scene = scene;
}
