namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>Waits for what a test cannot be told of.</summary>
internal static class Condition
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    public static Task BecomesTrueAsync(Func<bool> condition) => BecomesTrueAsync(() => Task.FromResult(condition()));

    public static async Task BecomesTrueAsync(Func<Task<bool>> condition)
    {
        long begin = TimeProvider.System.GetTimestamp();
        while (!await condition())
        {
            TimeProvider.System.GetElapsedTime(begin).ShouldBeLessThan(Deadline, "it does not become true");
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }
}
