namespace HaptiTalk.Messaging.Resilience.Transport;

/// <summary>What an instance does about its queue, for those who wait until it does something else.</summary>
internal sealed class Sight(Attendance attendance)
{
    private readonly TaskCompletionSource _over = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Attendance Attendance => attendance;

    public Task Over => _over.Task;

    public void End() => _over.TrySetResult();
}
