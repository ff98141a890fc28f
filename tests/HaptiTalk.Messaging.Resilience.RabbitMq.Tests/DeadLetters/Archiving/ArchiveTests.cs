using System.Globalization;
using System.Text;
using HaptiTalk.Messaging.Resilience.Brokers;
using RabbitMQ.Client;

namespace HaptiTalk.Messaging.Resilience.RabbitMq.Tests.DeadLetters;

public sealed class ArchiveTests(BrokerFixture fixture)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ExportAndImport_EveryKindOfMessage_IsTheSameByteForByte()
    {
        await using DeadLetterBroker broker = await FilledAsync(0);
        byte[] large = new byte[10 * 1024 * 1024];
        Random.Shared.NextBytes(large);
        BasicProperties full = new()
        {
            ContentType = "application/json",
            ContentEncoding = "utf-8",
            DeliveryMode = DeliveryModes.Persistent,
            Priority = 9,
            CorrelationId = "c",
            ReplyTo = "r",
            Expiration = "3600000",
            MessageId = "m",
            Timestamp = new(1_700_000_000),
            Type = "t",
            AppId = "a",
            Headers = new Dictionary<string, object?>(StringComparer.Ordinal)
            {
                ["text"] = "한글 \u0001 \"quoted\"",
                ["bytes"] = new byte[] { 0xFF, 0, 1 },
                ["binary"] = new BinaryTableValue([1, 2, 0xFE]),
                ["flag"] = true,
                ["sbyte"] = (sbyte)-5,
                ["byte"] = (byte)200,
                ["short"] = (short)-3000,
                ["ushort"] = (ushort)60000,
                ["int"] = -70000,
                ["uint"] = 4_000_000_000u,
                ["long"] = long.MinValue,
                ["float"] = 1.1f,
                ["double"] = Math.PI,
                ["decimal"] = 12.34m,
                ["time"] = new AmqpTimestamp(42),
                ["null"] = null,
                ["table"] = new Dictionary<string, object?>(StringComparer.Ordinal) { ["inner"] = "x", ["n"] = 1 },
                ["list"] = new List<object?> { "a", 1, null },
            },
        };
        (BasicProperties, byte[])[] messages =
        [
            (full, Encoding.UTF8.GetBytes("{\"text\":\"한글\\u0041\"}\r\n")), (new BasicProperties(), []), (new BasicProperties(), large),
            (new BasicProperties(), [0xEF, 0xBB, 0xBF, (byte)'x']), (new BasicProperties(), [0xFF, 0xFE]), (new BasicProperties(), Encoding.UTF8.GetBytes("{\"broken\": ")),
        ];
        await broker.PublishAsync("q_error", messages);
        await broker.DeclareAsync("again");
        using MemoryStream first = new();
        using MemoryStream second = new();

        ExportReport exported = await broker.DeadLetters.Archive.ExportAsync(new() { Queue = "q_error" }, first, cancellationToken: Token);
        first.Position = 0;
        ImportReport imported = await broker.DeadLetters.Archive.ImportAsync(first, new() { Queue = "again" }, cancellationToken: Token);
        await broker.DeadLetters.Archive.ExportAsync(new() { Queue = "again", AnyQueue = true }, second, cancellationToken: Token);

        exported.ShouldBe(new ExportReport("q_error", messages.Length, 0, null));
        imported.ShouldBe(new ImportReport(messages.Length, messages.Length, null));
        string before = Encoding.UTF8.GetString(first.ToArray());
        Encoding.UTF8.GetString(second.ToArray()).Replace("\"again\"", "\"q_error\"", StringComparison.Ordinal).ShouldBe(before);
        before.ShouldContain("한글");
        IReadOnlyList<TakenMessage> originals = await broker.TakeAllAsync("q_error");
        IReadOnlyList<TakenMessage> copies = await broker.TakeAllAsync("again");
        for (int message = 0; message < messages.Length; message++)
            copies[message].Body.AsSpan().SequenceEqual(originals[message].Body).ShouldBeTrue($"message {message}");
        copies[0].Properties.Headers!.Keys.ShouldBe(originals[0].Properties.Headers!.Keys);
        foreach ((string name, object? value) in originals[0].Properties.Headers!)
            copies[0].Properties.Headers![name]?.GetType().ShouldBe(value?.GetType(), name);
        copies[0].Properties.Expiration.ShouldNotBeNull();
    }

    [Theory]
    [InlineData("classic")]
    [InlineData("quorum")]
    public async Task ExportAsync_Drain_MovesEverythingIntoTheFile(string type)
    {
        await using DeadLetterBroker broker = await FilledAsync(2_500, type);
        string path = Path.GetTempFileName();
        try
        {
            await using (FileStream file = File.Create(path))
            {
                ExportReport report = await broker.DeadLetters.Archive.ExportAsync(new() { Queue = "q_error", Drain = true }, file, cancellationToken: Token);
                report.ShouldBe(new ExportReport("q_error", 2_500, 2_500, null));
            }

            await Until.TrueAsync(async () => await broker.CountAsync("q_error") == 0);
            await using FileStream again = File.OpenRead(path);
            (await broker.DeadLetters.Archive.ImportAsync(again, cancellationToken: Token)).Imported.ShouldBe(2_500);
        }
        finally
        {
            File.Delete(path);
        }

        (await broker.TakeAllAsync("q_error")).Select(message => message.Text).ShouldBe(Enumerable.Range(1, 2_500).Select(number => number.ToString(CultureInfo.InvariantCulture)));
    }

    [Fact]
    public async Task ImportAsync_ALineThatIsNone_StopsThereAndGoesOnBehind()
    {
        await using DeadLetterBroker broker = await FilledAsync(3);
        using MemoryStream exported = new();
        await broker.DeadLetters.Archive.ExportAsync(new() { Queue = "q_error" }, exported, cancellationToken: Token);
        List<string> lines = [.. Encoding.UTF8.GetString(exported.ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries)];
        lines.Insert(2, "{\"queue\": 7");
        using MemoryStream broken = new(Encoding.UTF8.GetBytes(string.Join('\n', lines)));

        ImportReport stopped = await broker.DeadLetters.Archive.ImportAsync(broken, cancellationToken: Token);
        broken.Position = 0;
        ImportReport rest = await broker.DeadLetters.Archive.ImportAsync(broken, new() { SkipLines = 3 }, cancellationToken: Token);

        (stopped.Imported, stopped.Line).ShouldBe((2, 2));
        stopped.Problem!.ShouldContain("line 3");
        rest.ShouldBe(new ImportReport(1, 4, null));
        (await broker.CountAsync("q_error")).ShouldBe(6);
    }

    [Fact]
    public async Task ImportAsync_MissingQueue_SaysSoAndMakesNone()
    {
        await using DeadLetterBroker broker = await FilledAsync(1);
        using MemoryStream exported = new();
        await broker.DeadLetters.Archive.ExportAsync(new() { Queue = "q_error" }, exported, cancellationToken: Token);
        exported.Position = 0;

        ImportReport report = await broker.DeadLetters.Archive.ImportAsync(exported, new() { Queue = "nowhere" }, cancellationToken: Token);

        report.ShouldBe(new ImportReport(0, 0, "line 1: there is no queue 'nowhere'"));
    }

    [Fact]
    public async Task DiscardAsync_AsManyAsExpected_ExportsThenRemovesThem()
    {
        await using DeadLetterBroker broker = await FilledAsync(10);
        using MemoryStream export = new();

        DiscardReport report = await broker.DeadLetters.Replayer.DiscardAsync(
            new() { Queue = "q_error", Select = new() { Ids = ["message-2", "message-5"] }, ExpectedCount = 2, Export = export }, Token);

        report.ShouldBe(new DiscardReport("q_error", 2, 2, 2, null));
        Encoding.UTF8.GetString(export.ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries).Length.ShouldBe(2);
        (await broker.TakeAllAsync("q_error")).Select(message => message.Text).ShouldBe(["1", "3", "4", "6", "7", "8", "9", "10"]);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task DiscardAsync_MoreOrFewerThanExpected_RemovesNone(int expected)
    {
        await using DeadLetterBroker broker = await FilledAsync(10);

        DiscardReport report = await broker.DeadLetters.Replayer.DiscardAsync(
            new() { Queue = "q_error", Select = new() { Ids = ["message-2", "message-5"] }, ExpectedCount = expected, WithoutExport = true }, Token);

        (report.Found, report.Discarded).ShouldBe((2, 0));
        report.Problem.ShouldNotBeNull();
        await Until.TrueAsync(async () => await broker.CountAsync("q_error") == 10);
    }

    [Fact]
    public async Task DiscardAsync_WithoutExportAndWithoutSayingSo_IsRefused()
    {
        await using DeadLetterBroker broker = await FilledAsync(1);

        ArgumentException refused = await Should.ThrowAsync<ArgumentException>(() => broker.DeadLetters.Replayer.DiscardAsync(
            new() { Queue = "q_error", Select = DeadLetterQuery.Everything, ExpectedCount = 1 }, Token));

        refused.Message.ShouldContain("WithoutExport");
        (await broker.CountAsync("q_error")).ShouldBe(1);
    }

    [Fact]
    public async Task ReplayEditedAsync_NewBodyAndHeaders_ReplacesTheOriginal()
    {
        await using DeadLetterBroker broker = await FilledAsync(0);
        BasicProperties properties = new() { MessageId = "edit-me", Headers = new Dictionary<string, object?>(StringComparer.Ordinal) { ["drop"] = "1", ["keep"] = "2" } };
        await broker.PublishAsync("q_error", (new BasicProperties(), [1]), (properties, Encoding.UTF8.GetBytes("{\"price\":-1}")), (new BasicProperties(), [3]));

        ReplayReport report = await broker.DeadLetters.Replayer.ReplayEditedAsync(
            new()
            {
                Queue = "q_error",
                Id = "edit-me",
                Body = Encoding.UTF8.GetBytes("{\"price\":1}"),
                Headers = new Dictionary<string, string?>(StringComparer.Ordinal) { ["drop"] = null, ["added"] = "3" },
            },
            Token);

        report.Of(ReplayOutcome.Replayed).ShouldBe(1);
        TakenMessage edited = (await broker.TakeAllAsync("q")).ShouldHaveSingleItem();
        edited.Text.ShouldBe("{\"price\":1}");
        (edited.Header("drop"), edited.Header("keep"), edited.Header("added")).ShouldBe((null, "2", "3"));
        (await broker.TakeAllAsync("q_error")).Select(message => message.Body.Single()).ShouldBe(new byte[] { 1, 3 });
    }

    [Fact]
    public async Task ReplayEditedAsync_NoJsonForJson_IsRefusedAndKept()
    {
        await using DeadLetterBroker broker = await FilledAsync(0);
        await broker.PublishAsync("q_error", (new BasicProperties { MessageId = "edit-me" }, Encoding.UTF8.GetBytes("{\"price\":-1}")));

        await Should.ThrowAsync<ArgumentException>(() => broker.DeadLetters.Replayer.ReplayEditedAsync(
            new() { Queue = "q_error", Id = "edit-me", Body = Encoding.UTF8.GetBytes("{\"price\":") }, Token));

        (await broker.CountAsync("q")).ShouldBe(0);
        (await broker.TakeAllAsync("q_error")).Single().Text.ShouldBe("{\"price\":-1}");
    }

    private async Task<DeadLetterBroker> FilledAsync(int messages, string type = "classic")
    {
        DeadLetterBroker broker = await DeadLetterBroker.CreateAsync(fixture);
        await broker.DeclareAsync("q", type);
        await broker.DeclareAsync("q_error", type);
        await broker.FillAsync("q_error", messages);
        return broker;
    }
}
