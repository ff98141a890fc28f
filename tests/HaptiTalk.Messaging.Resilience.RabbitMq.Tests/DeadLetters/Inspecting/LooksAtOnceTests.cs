using HaptiTalk.Messaging.Resilience.Brokers;

namespace HaptiTalk.Messaging.Resilience.RabbitMq.Tests.DeadLetters;

/// <summary>A look holds what it reads, and another one meanwhile must not take the queue for an empty one.</summary>
public sealed class LooksAtOnceTests(BrokerFixture fixture)
{
    private const int Messages = 60;
    private const int AtOnce = 8;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("classic")]
    [InlineData("quorum")]
    public async Task ShowAsync_ManyAtOnce_FindAllThatIsThere(string type)
    {
        await using DeadLetterBroker broker = await DeadLetterBroker.CreateAsync(fixture);
        await broker.LiftLimitAsync();
        await broker.DeclareAsync("q_error", type);
        await broker.FillAsync("q_error", Messages);
        RabbitMqDeadLetters deadLetters = broker.Open(change: static options => options with { CacheFor = TimeSpan.Zero });

        for (int round = 0; round < 5; round++)
        {
            DeadLetter?[] shown = await Task.WhenAll(Enumerable.Range(1, AtOnce).Select(
                number => deadLetters.Inspector.ShowAsync("q_error", $"message-{number * 7}", cancellationToken: Token)));

            shown.ShouldAllBe(letter => letter != null);
        }
    }

    [Fact]
    public async Task Looks_OfDifferentKindsAtOnce_SeeTheWholeQueue()
    {
        await using DeadLetterBroker broker = await DeadLetterBroker.CreateAsync(fixture);
        await broker.DeclareAsync("q_error");
        await broker.FillAsync("q_error", Messages);
        IDeadLetterInspector inspector = broker.Open(change: static options => options with { CacheFor = TimeSpan.Zero }).Inspector;

        for (int round = 0; round < 5; round++)
        {
            Task<DeadLetterPage> page = inspector.PeekAsync("q_error", new() { Take = 100 }, Token);
            Task<DeadLetterSummary> summary = inspector.SummariseAsync("q_error", cancellationToken: Token);
            Task<DeadLetterSearchResult> found = inspector.SearchAsync("q_error", new(), cancellationToken: Token);

            ((await page).Messages.Count, (await summary).Scanned, (await found).Matches).ShouldBe((Messages, Messages, Messages));
        }
    }
}
