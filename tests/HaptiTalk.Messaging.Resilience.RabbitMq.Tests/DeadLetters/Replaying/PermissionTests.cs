using HaptiTalk.Messaging.Resilience.Brokers;

namespace HaptiTalk.Messaging.Resilience.RabbitMq.Tests.DeadLetters;

/// <summary>The permissions that the docs name are enough.</summary>
public sealed class PermissionTests(BrokerFixture fixture)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Look_WithReadOnly_NeedsTheManagementTagForTheRest()
    {
        await using DeadLetterBroker broker = await FilledAsync();
        IDeadLetterInspector tagged = broker.Open(user: await broker.CreateUserAsync("management", "^$", "^$", "^q_error$")).Inspector;
        IDeadLetterInspector amqpOnly = broker.Open(user: await broker.CreateUserAsync("", "^$", "^$", "^q_error$")).Inspector;

        DeadLetterListing listing = await tagged.ListAsync(cancellationToken: Token);
        DeadLetterPage page = await tagged.PeekAsync("q_error", cancellationToken: Token);
        DeadLetterListing named = await amqpOnly.ListAsync(new() { Queues = ["q_error"] }, Token);
        DeadLetterPage same = await amqpOnly.PeekAsync("q_error", cancellationToken: Token);

        listing.Queues.Single().Name.ShouldBe("q_error");
        listing.ManagementProblem.ShouldBeNull();
        named.ManagementProblem!.ShouldContain("'management'");
        named.Queues.Single().Messages.ShouldBe(5);
        (page.Messages.Count, same.Messages.Count).ShouldBe((5, 5));
    }

    [Fact]
    public async Task Replay_WithReadAndWriteToTheDefaultExchange_IsAllowed()
    {
        await using DeadLetterBroker broker = await FilledAsync();
        string user = await broker.CreateUserAsync("", configure: "^$", write: "^amq\\.default$", read: "^q_error$");

        ReplayReport report = await broker.Open(user: user).Replayer.ReplayAsync(new() { Queue = "q_error" }, cancellationToken: Token);

        report.Of(ReplayOutcome.Replayed).ShouldBe(5, report.Problem);
    }

    [Fact]
    public async Task ReplayInBatches_WithoutTheRightToListen_WatchesTheGrowth()
    {
        await using DeadLetterBroker broker = await FilledAsync();
        await broker.BindAsync("q_error", "q_error");
        string user = await broker.CreateUserAsync("", configure: "^$", write: "^amq\\.default$", read: "^q(_error)?$");

        ReplayReport report = await broker.Open(user: user).Replayer.ReplayAsync(
            new() { Queue = "q_error", Batches = new() { ConsumeTimeout = TimeSpan.Zero, Settle = TimeSpan.Zero } }, cancellationToken: Token);

        report.ReturnWatch.ShouldBe(ReturnWatch.Growth);
        report.Stop.ShouldBe(ReplayStop.NotConsumed);
    }

    private async Task<DeadLetterBroker> FilledAsync()
    {
        DeadLetterBroker broker = await DeadLetterBroker.CreateAsync(fixture);
        await broker.DeclareAsync("q");
        await broker.DeclareAsync("q_error");
        await broker.FillAsync("q_error", 5);
        return broker;
    }
}
