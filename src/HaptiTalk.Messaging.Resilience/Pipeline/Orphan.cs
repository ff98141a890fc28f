namespace HaptiTalk.Messaging.Resilience;

/// <summary>Work that nobody waits for any longer: its caller has been answered, and its late failure must not surface as unobserved.</summary>
internal static class Orphan
{
    public static void Observe(Task task) => _ = task.ContinueWith(
        static ended => _ = ended.Exception,
        CancellationToken.None,
        TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously,
        TaskScheduler.Default);
}
