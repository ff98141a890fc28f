namespace HaptiTalk.Documentation.Tests;

public sealed class TeamBoardTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Lines_CircuitHasOpened_SayItAndTheEventIsThere()
    {
        await using SampleHost host = SampleHost.WithProfile(_ => { }, "Retry:MaxRetries=0", "CircuitBreaker:FailureThreshold=1");
        var board = new TeamBoard(host.Resilience, host.Monitor);
        await board.StartAsync(Token);
        await Should.ThrowAsync<InvalidOperationException>(FailAsync(host));

        (await board.Opened.ReadAsync(Token)).ShouldBe("user");
        board.Lines().ShouldBe(["user (Local): Open, 1 failed in the last minute"]);
        await board.StopAsync(Token);
    }

    [Fact]
    public async Task StopAsync_CircuitOpensAfterwards_TakesNoEventOfIt()
    {
        await using SampleHost host = SampleHost.WithProfile(_ => { }, "Retry:MaxRetries=0", "CircuitBreaker:FailureThreshold=1");
        var board = new TeamBoard(host.Resilience, host.Monitor);
        await board.StartAsync(Token);
        await board.StopAsync(Token);
        await Should.ThrowAsync<InvalidOperationException>(FailAsync(host));

        board.Opened.TryRead(out _).ShouldBeFalse();
    }

    private static Task FailAsync(SampleHost host) =>
        host.User.ExecuteAsync(static ValueTask (_) => throw new InvalidOperationException(), cancellationToken: Token).AsTask();
}
