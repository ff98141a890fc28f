using System.Globalization;
using System.Text;
using HaptiTalk.Messaging.Resilience.Brokers;

namespace HaptiTalk.Messaging.Resilience.RabbitMq.Tests.DeadLetters;

/// <summary>What becomes of messages and of their file when it cannot be written, or the broker goes while they leave.</summary>
public sealed class FullDiskTests(BrokerFixture fixture)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task DiscardAsync_FullDisk_NamesTheDiskAndRemovesNone()
    {
        await using DeadLetterBroker broker = await FilledAsync(10);
        using FullDisk disk = new(500);

        DeadLetterAccessException failed = await Should.ThrowAsync<DeadLetterAccessException>(() => broker.DeadLetters.Replayer.DiscardAsync(
            new() { Queue = "q_error", Select = DeadLetterQuery.Everything, ExpectedCount = 10, Export = disk }, Token));

        failed.Message.ShouldContain(FullDisk.Reason);
        (failed.Error, failed.Removed).ShouldBe((DeadLetterError.Export, 0));
        failed.Message.ShouldNotContain("amqp");
        await Until.TrueAsync(async () => await broker.CountAsync("q_error") == 10);
        disk.Length.ShouldBe(0, "no torn file stays");
    }

    [Fact]
    public async Task ExportAsync_FullDisk_NamesTheDisk()
    {
        await using DeadLetterBroker broker = await FilledAsync(10);
        using FullDisk disk = new(500);

        DeadLetterAccessException failed = await Should.ThrowAsync<DeadLetterAccessException>(
            () => broker.DeadLetters.Archive.ExportAsync(new() { Queue = "q_error" }, disk, cancellationToken: Token));

        failed.Message.ShouldContain(FullDisk.Reason);
        failed.Message.ShouldNotContain("amqp");
        await Until.TrueAsync(async () => await broker.CountAsync("q_error") == 10);
        disk.Length.ShouldBe(0);
    }

    [Fact]
    public async Task ExportAsync_DiskFullInTheSecondRoundOfADrain_KeepsWhatHasLeftAndNothingTorn()
    {
        await using DeadLetterBroker broker = await FilledAsync(1_500);
        using FullDisk disk = new(200_000);

        DeadLetterAccessException failed = await Should.ThrowAsync<DeadLetterAccessException>(
            () => broker.DeadLetters.Archive.ExportAsync(new() { Queue = "q_error", Drain = true }, disk, cancellationToken: Token));

        (failed.Error, failed.Removed).ShouldBe((DeadLetterError.Export, 1_000));
        failed.Message.ShouldContain(FullDisk.Reason);
        string text = Encoding.UTF8.GetString(disk.ToArray());
        text.ShouldEndWith("\n");
        int written = text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length;
        written.ShouldBe(1_000);
        await Until.TrueAsync(async () => await broker.CountAsync("q_error") == 500);
        (await broker.TakeAllAsync("q_error"))[0].Text.ShouldBe(1_001.ToString(CultureInfo.InvariantCulture));
    }

    [Fact]
    public async Task DiscardAsync_BrokerSilentWhileTheyLeave_SaysThatTheFileMayBeAllThereIs()
    {
        await using DeadLetterBroker broker = await FilledAsync(10);
        await using NetworkLink link = NetworkLink.To(broker.Host.Address);
        IDeadLetterReplayer replayer = broker.Open(change: options => options with { Broker = link.Address, AnswerTimeout = TimeSpan.FromSeconds(2) }).Replayer;
        using FlushedFile file = new(() => link.SilenceAsync(Token));

        DeadLetterAccessException failed = await Should.ThrowAsync<DeadLetterAccessException>(() => replayer.DiscardAsync(
            new() { Queue = "q_error", Select = DeadLetterQuery.Everything, ExpectedCount = 10, Export = file }, Token));

        (failed.Error, failed.Removed).ShouldBe((DeadLetterError.Broker, 10));
        Encoding.UTF8.GetString(file.ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries).Length.ShouldBe(10);
    }

    [Fact]
    public async Task ExportAsync_BrokerSilentWhileTheyLeave_SaysHowManyMayBeGone()
    {
        await using DeadLetterBroker broker = await FilledAsync(10);
        await using NetworkLink link = NetworkLink.To(broker.Host.Address);
        IDeadLetterArchive archive = broker.Open(change: options => options with { Broker = link.Address, AnswerTimeout = TimeSpan.FromSeconds(2) }).Archive;
        using FlushedFile file = new(() => link.SilenceAsync(Token));

        DeadLetterAccessException failed = await Should.ThrowAsync<DeadLetterAccessException>(
            () => archive.ExportAsync(new() { Queue = "q_error", Drain = true }, file, cancellationToken: Token));

        (failed.Error, failed.Removed).ShouldBe((DeadLetterError.Broker, 10));
    }

    private async Task<DeadLetterBroker> FilledAsync(int messages)
    {
        DeadLetterBroker broker = await DeadLetterBroker.CreateAsync(fixture);
        await broker.DeclareAsync("q_error");
        await broker.FillAsync("q_error", messages);
        return broker;
    }
}
