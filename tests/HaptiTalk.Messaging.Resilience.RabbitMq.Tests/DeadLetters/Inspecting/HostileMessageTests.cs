using HaptiTalk.Messaging.Resilience.Brokers;
using RabbitMQ.Client;

namespace HaptiTalk.Messaging.Resilience.RabbitMq.Tests.DeadLetters;

/// <summary>One message that lies, or is no proper message, costs nobody the sight of the others.</summary>
public sealed class HostileMessageTests(BrokerFixture fixture)
{
    private static readonly object?[] Counts = [1e300, double.MaxValue, "many", 19L, -3, new List<object?> { 1 }, null];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("classic")]
    [InlineData("quorum")]
    public async Task Everything_DeliveryCountsThatAreNone_WorksAndSpoilsNoOtherQueue(string type)
    {
        await using DeadLetterBroker broker = await DeadLetterBroker.CreateAsync(fixture);
        await broker.LiftLimitAsync();
        await broker.DeclareAsync("q", type);
        await broker.DeclareAsync("q_error", type);
        await broker.DeclareAsync("other_error");
        await broker.FillAsync("q_error", Counts.Length, static (number, properties) => properties.Headers = new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            ["x-delivery-count"] = Counts[number - 1],
            ["MT-Fault-Timestamp"] = Counts[number - 1],
            ["odd"] = Counts[number - 1],
        });
        await broker.FillAsync("other_error", 1);
        IDeadLetterInspector inspector = broker.DeadLetters.Inspector;

        DeadLetterListing listing = await inspector.ListAsync(new() { IncludeOldest = true }, Token);
        DeadLetterPage page = await inspector.PeekAsync("q_error", cancellationToken: Token);
        DeadLetterSummary summary = await inspector.SummariseAsync("q_error", cancellationToken: Token);
        DeadLetterSearchResult found = await inspector.SearchAsync("q_error", new() { BodyText = "1" }, cancellationToken: Token);
        using MemoryStream file = new();
        ExportReport exported = await broker.DeadLetters.Archive.ExportAsync(new() { Queue = "q_error" }, file, cancellationToken: Token);
        DiscardReport discarded = await broker.DeadLetters.Replayer.DiscardAsync(
            new() { Queue = "q_error", Select = new() { Ids = ["message-1"] }, ExpectedCount = 1, WithoutExport = true }, Token);
        ReplayReport replayed = await broker.DeadLetters.Replayer.ReplayAsync(new() { Queue = "q_error" }, cancellationToken: Token);

        listing.Queues.Select(queue => queue.Name).ShouldBe(["q_error", "other_error"]);
        page.Messages.Count.ShouldBe(Counts.Length);
        summary.Scanned.ShouldBe(Counts.Length);
        found.Matches.ShouldBe(1);
        exported.Exported.ShouldBe(Counts.Length);
        discarded.Discarded.ShouldBe(1);
        replayed.Outcomes[ReplayOutcome.Replayed].ShouldBe(Counts.Length - 1);
    }

    [Theory]
    [InlineData("classic")]
    [InlineData("quorum")]
    public async Task PeekAsync_DeliveryCountOfTheSender_IsNotTaken(string type)
    {
        await using DeadLetterBroker broker = await DeadLetterBroker.CreateAsync(fixture);
        await broker.LiftLimitAsync();
        await broker.DeclareAsync("q_error", type, type == "quorum" && broker.Version >= new BrokerVersion(4, 3) ? [("x-delivery-limit", 20)] : []);
        await broker.FillAsync("q_error", 3, static (_, properties) => properties.Headers = new Dictionary<string, object?>(StringComparer.Ordinal) { ["x-delivery-count"] = 19L });

        for (int look = 0; look < 3; look++)
        {
            DeadLetterPage page = await broker.DeadLetters.Inspector.PeekAsync("q_error", new() { Refresh = true }, Token);

            page.Messages.Select(letter => letter.DeliveryCount).ShouldAllBe(count => count < 19);
            page.Messages.Count.ShouldBe(3);
        }
    }

    [Fact]
    public async Task PeekAsync_FailedDeliveriesBesideTheSendersCount_ShowsTheBrokers()
    {
        await using DeadLetterBroker broker = await DeadLetterBroker.CreateAsync(fixture);
        await broker.LiftLimitAsync();
        await broker.DeclareAsync("q_error", "quorum");
        await broker.FillAsync("q_error", 1, static (_, properties) => properties.Headers = new Dictionary<string, object?>(StringComparer.Ordinal) { ["x-delivery-count"] = 19L });
        for (int time = 0; time < 3; time++)
        {
            await using IChannel channel = await broker.OpenChannelAsync();
            BasicGetResult? got = null;
            await Until.TrueAsync(async () => (got = await channel.BasicGetAsync("q_error", autoAck: false, Token)) is not null);
            await channel.BasicRejectAsync(got!.DeliveryTag, requeue: true, Token);
        }

        await Until.TrueAsync(async () => await broker.CountAsync("q_error") == 1);

        (await broker.DeadLetters.Inspector.PeekAsync("q_error", cancellationToken: Token)).Messages.Single().DeliveryCount.ShouldBe(3);
    }

    [Fact]
    public async Task ListAsync_QueueThatOneMayNotRead_SpoilsNoOther()
    {
        await using DeadLetterBroker broker = await DeadLetterBroker.CreateAsync(fixture);
        await broker.DeclareAsync("mine_error");
        await broker.DeclareAsync("theirs_error");
        await broker.FillAsync("mine_error", 1);
        string user = await broker.CreateUserAsync("management", configure: "^$", write: "^$", read: "^mine_error$");

        DeadLetterListing listing = await broker.Open(user: user).Inspector.ListAsync(new() { IncludeEmpty = true, IncludeOldest = true }, Token);

        listing.Queues.Select(queue => queue.Name).ShouldBe(["mine_error", "theirs_error"]);
    }

    [Fact]
    public async Task DiscardAsync_ChannelEndsMeanwhile_DoesNotSayThatItDiscarded()
    {
        await using DeadLetterBroker broker = await DeadLetterBroker.CreateAsync(fixture);
        await broker.DeclareAsync("q_error");
        await broker.FillAsync("q_error", 3);
        QueueScan scan = new(DeadLetterAccess.From(new DeadLetterOptions { Broker = broker.Host.Address, UseManagement = false }, TimeProvider.System));
        bool isAsked = false;

        await Should.ThrowAsync<DeadLetterAccessException>(() => scan.RunAsync(
            "q_error",
            static _ => (3, long.MaxValue),
            static _ => false,
            async (message, token) =>
            {
                // The broker closes a channel that acknowledges what it never got.
                await message.Channel.BasicAckAsync(message.Tag + 1_000, multiple: false, token);
                await Until.TrueAsync(() => Task.FromResult(!message.Channel.IsOpen));
                return false;
            },
            Token,
            new Taking([], () => Task.FromResult(isAsked = true), Everything: false, DespiteLimit: false)));

        isAsked.ShouldBeFalse();
        await Until.TrueAsync(async () => await broker.CountAsync("q_error") == 3);
    }

    [Fact]
    public async Task SummariseAsync_DeathAtTheEndOfTime_IsShown()
    {
        await using DeadLetterBroker broker = await DeadLetterBroker.CreateAsync(fixture);
        await broker.DeclareAsync("q_error");
        await broker.FillAsync("q_error", 1, static (_, properties) => properties.Headers = new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            [HeaderName.Timestamp] = "9999-12-31T23:30:00Z",
        });

        (await broker.DeadLetters.Inspector.SummariseAsync("q_error", [DeadLetterGrouping.Hour], cancellationToken: Token)).Groups.Single().Count.ShouldBe(1);
    }
}
