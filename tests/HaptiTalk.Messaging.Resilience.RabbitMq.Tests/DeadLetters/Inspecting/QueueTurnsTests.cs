namespace HaptiTalk.Messaging.Resilience.RabbitMq.Tests.DeadLetters;

public sealed class QueueTurnsTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task TakeAsync_QueueThatIsTaken_WaitsForItAndForNoOther()
    {
        QueueTurns turns = new();
        IDisposable first = await turns.TakeAsync("a", TimeSpan.Zero, Token);
        using IDisposable other = await turns.TakeAsync("b", TimeSpan.Zero, Token);

        await Should.ThrowAsync<TimeoutException>(() => turns.TakeAsync("a", TimeSpan.Zero, Token));
        Task<IDisposable> second = turns.TakeAsync("a", Timeout.InfiniteTimeSpan, Token);
        second.IsCompleted.ShouldBeFalse();
        first.Dispose();
        (await second).Dispose();

        (await turns.TakeAsync("a", TimeSpan.Zero, Token)).Dispose();
    }

    [Fact]
    public async Task TakeAsync_GivenUp_LeavesTheTurnToOthers()
    {
        QueueTurns turns = new();
        using CancellationTokenSource gone = CancellationTokenSource.CreateLinkedTokenSource(Token);
        using (await turns.TakeAsync("a", TimeSpan.Zero, Token))
        {
            Task<IDisposable> given = turns.TakeAsync("a", Timeout.InfiniteTimeSpan, gone.Token);
            await gone.CancelAsync();
            await Should.ThrowAsync<OperationCanceledException>(() => given);
        }

        (await turns.TakeAsync("a", TimeSpan.Zero, Token)).Dispose();
    }
}
