using System.Text;
using HaptiTalk.Messaging.Resilience.Brokers;
using RabbitMQ.Client;

namespace HaptiTalk.Messaging.Resilience.RabbitMq.Tests.DeadLetters;

/// <summary>Where messages go: never to where only a sender says.</summary>
public sealed class ReplayTargetTests(BrokerFixture fixture)
{
    private const string InputAddress = "MT-Fault-InputAddress";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ReplayAsync_SkippedMessageWithAnAddressOfItsSender_GoesToTheQueueItWasSkippedIn()
    {
        await using DeadLetterBroker broker = await DeclaredAsync("q", "q_skipped", "victim");
        await FillAsync(broker, "q_skipped", (InputAddress, "queue:victim"), ("MT-Reason", "dead-letter"));

        ReplayReport report = await broker.DeadLetters.Replayer.ReplayAsync(new() { Queue = "q_skipped" }, cancellationToken: Token);

        report.Targets.ShouldBe(new Dictionary<string, long>(StringComparer.Ordinal) { ["q"] = 3 });
        (await broker.CountAsync("victim")).ShouldBe(0);
    }

    [Fact]
    public async Task ReplayAsync_ErrorQueueWithAnAddressOfAnother_KeepsThemUntilSomebodyConfirms()
    {
        await using DeadLetterBroker broker = await DeclaredAsync("q", "q_error", "victim");
        await FillAsync(broker, "q_error", (InputAddress, "rabbitmq://localhost/victim"), ("MT-Reason", "fault"));

        ReplayReport would = await broker.DeadLetters.Replayer.ReplayAsync(new() { Queue = "q_error", DryRun = true }, cancellationToken: Token);
        ReplayReport kept = await broker.DeadLetters.Replayer.ReplayAsync(new() { Queue = "q_error" }, cancellationToken: Token);
        long there = await broker.CountAsync("victim");
        ReplayReport sent = await broker.DeadLetters.Replayer.ReplayAsync(new() { Queue = "q_error", Target = "victim" }, cancellationToken: Token);

        (would.Of(ReplayOutcome.TargetUnconfirmed), kept.Of(ReplayOutcome.TargetUnconfirmed), there).ShouldBe((3, 3, 0));
        would.Messages[0].Target.ShouldBe("victim");
        would.Messages[0].Detail!.ShouldContain("'victim'");
        sent.Of(ReplayOutcome.Replayed).ShouldBe(3);
    }

    [Theory]
    [InlineData(InputAddress)]
    [InlineData("x-death")]
    public async Task ReplayAsync_QueueOfItsOwnNameWithHeadersOfTheSender_KeepsThemUntilSomebodyConfirms(string header)
    {
        await using DeadLetterBroker broker = await DeclaredAsync("parked", "victim");
        await FillAsync(broker, "parked", (header, header == InputAddress ? "queue:victim" : DeathIn("victim")));

        ReplayReport kept = await broker.DeadLetters.Replayer.ReplayAsync(new() { Queue = "parked" }, cancellationToken: Token);

        long there = await broker.CountAsync("victim");
        ReplayReport sent = await broker.DeadLetters.Replayer.ReplayAsync(new() { Queue = "parked", TrustHeaders = true }, cancellationToken: Token);

        (kept.Of(ReplayOutcome.TargetUnconfirmed), there).ShouldBe((3, 0));
        kept.Messages[0].Detail!.ShouldContain("'victim'");
        sent.Targets.ShouldBe(new Dictionary<string, long>(StringComparer.Ordinal) { ["victim"] = 3 });
    }

    [Fact]
    public async Task ReplayAsync_ErrorQueueWithADeathOfItsSender_GoesToTheQueueOfItsName()
    {
        await using DeadLetterBroker broker = await DeclaredAsync("q", "q_error", "victim");
        await FillAsync(broker, "q_error", ("x-death", DeathIn("victim")));

        ReplayReport report = await broker.DeadLetters.Replayer.ReplayAsync(new() { Queue = "q_error" }, cancellationToken: Token);

        report.Targets.Keys.ShouldBe(["q"]);
        (await broker.CountAsync("victim")).ShouldBe(0);
    }

    [Fact]
    public async Task ReplayAsync_DeadLetteredByTheBroker_IgnoresTheAddressOfItsSender()
    {
        await using DeadLetterBroker broker = await DeclaredAsync("parked", "victim");
        await broker.DeclareAsync("origin", "classic", ("x-dead-letter-exchange", ""), ("x-dead-letter-routing-key", "parked"));
        await FillAsync(broker, "origin", (InputAddress, "queue:victim"));
        await using (IChannel channel = await broker.OpenChannelAsync())
        {
            for (int message = 0; message < 3; message++)
                await channel.BasicRejectAsync((await channel.BasicGetAsync("origin", autoAck: false, Token))!.DeliveryTag, requeue: false, Token);
        }

        await Until.TrueAsync(async () => await broker.CountAsync("parked") == 3);
        ReplayReport report = await broker.DeadLetters.Replayer.ReplayAsync(new() { Queue = "parked" }, cancellationToken: Token);

        report.Targets.Keys.ShouldBe(["origin"]);
        (await broker.CountAsync("victim")).ShouldBe(0);
    }

    [Theory]
    [InlineData(InputAddress)]
    [InlineData("x-death")]
    public async Task ReplayAsync_HeaderThatNamesTheQueueItself_KeepsThem(string header)
    {
        await using DeadLetterBroker broker = await DeclaredAsync("parked");
        await FillAsync(broker, "parked", (header, header == InputAddress ? "queue:parked" : DeathIn("parked")));

        ReplayReport report = await broker.DeadLetters.Replayer.ReplayAsync(new() { Queue = "parked", TrustHeaders = true }, cancellationToken: Token);

        report.Of(ReplayOutcome.NoTarget).ShouldBe(3);
        report.Messages[0].Detail!.ShouldContain("the very queue");
        (await broker.TakeAllAsync("parked")).ShouldAllBe(static message => message.Header("Resilience-Replay-Count") == null);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ReplayAsync_CarbonCopies_ReachTheTargetAlone(bool imported)
    {
        await using DeadLetterBroker broker = await DeclaredAsync("q", "q_error", "copy");
        await FillAsync(broker, "q_error", ("CC", new List<object?> { "copy" }), ("tenant", "acme"));
        (await broker.TakeAllAsync("copy")).Count.ShouldBe(3);
        if (imported)
            await ExportAndImportAsync(broker);

        ReplayReport would = await broker.DeadLetters.Replayer.ReplayAsync(new() { Queue = "q_error", DryRun = true }, cancellationToken: Token);
        ReplayReport report = await broker.DeadLetters.Replayer.ReplayAsync(new() { Queue = "q_error" }, cancellationToken: Token);

        report.Of(ReplayOutcome.Replayed).ShouldBe(3);
        (await broker.CountAsync("copy")).ShouldBe(0);
        TakenMessage replayed = (await broker.TakeAllAsync("q"))[0];
        replayed.Properties.Headers!.Keys.ShouldNotContain("CC");
        replayed.Header("tenant").ShouldBe("acme");
        if (!imported)
        {
            would.Warnings.ShouldContain(static warning => warning.Contains("CC", StringComparison.Ordinal));
            report.Warnings.ShouldContain(static warning => warning.Contains("CC", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task ReplayAsync_DeathWithoutTheManagementApi_KeepsThemUntilSomebodyConfirms()
    {
        await using DeadLetterBroker broker = await DeclaredAsync("parked", "origin");
        await FillAsync(broker, "parked", ("x-death", DeathIn("origin")));

        ReplayReport report = await broker.Open(useManagement: false).Replayer.ReplayAsync(new() { Queue = "parked" }, cancellationToken: Token);

        report.Of(ReplayOutcome.TargetUnconfirmed).ShouldBe(3);
    }

    private static async Task ExportAndImportAsync(DeadLetterBroker broker)
    {
        using MemoryStream file = new();
        await broker.DeadLetters.Archive.ExportAsync(new() { Queue = "q_error", Drain = true }, file, cancellationToken: Token);
        Encoding.UTF8.GetString(file.ToArray()).ShouldContain("\"CC\"");
        await Until.TrueAsync(async () => await broker.CountAsync("q_error") == 0);
        file.Position = 0;
        (await broker.DeadLetters.Archive.ImportAsync(file, cancellationToken: Token)).Problem.ShouldBeNull();
    }

    private static List<object?> DeathIn(string queue) =>
    [
        new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            ["queue"] = queue,
            ["reason"] = "rejected",
            ["count"] = 1L,
            ["exchange"] = "",
            ["routing-keys"] = new List<object?> { queue },
        },
    ];

    private async Task<DeadLetterBroker> DeclaredAsync(params string[] queues)
    {
        DeadLetterBroker broker = await DeadLetterBroker.CreateAsync(fixture);
        foreach (string queue in queues)
            await broker.DeclareAsync(queue);
        return broker;
    }

    private static Task FillAsync(DeadLetterBroker broker, string queue, params (string Name, object? Value)[] headers) => broker.FillAsync(
        queue, 3, (_, properties) => properties.Headers = headers.ToDictionary(static header => header.Name, static header => header.Value, StringComparer.Ordinal));
}
