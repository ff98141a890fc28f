using System.Globalization;
using System.Text;
using HaptiTalk.Messaging.Resilience.Brokers;
using RabbitMQ.Client;

namespace HaptiTalk.Messaging.Resilience.RabbitMq.Tests.DeadLetters;

public sealed class ReplayTests(BrokerFixture fixture)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<string> Types => ["classic", "quorum"];

    [Theory]
    [MemberData(nameof(Types))]
    public async Task ReplayAsync_All_GoesBackInOrderWithoutItsDeath(string type)
    {
        const int Messages = 3_000;
        await using DeadLetterBroker broker = await DeadLetterBroker.CreateAsync(fixture);
        await broker.DeclareAsync("q", type);
        await broker.DeclareAsync("q_error", type);
        await broker.FillAsync("q_error", Messages, (_, properties) =>
        {
            properties.CorrelationId = "conversation";
            properties.ContentType = "application/octet-stream";
            properties.Priority = 3;
            properties.Expiration = "600000";
            properties.Headers = new Dictionary<string, object?>(StringComparer.Ordinal)
            {
                ["MT-Reason"] = "fault",
                ["MT-Fault-ExceptionType"] = "System.TimeoutException",
                ["MT-Fault-InputAddress"] = $"rabbitmq://localhost/{broker.Host.Name}/q?durable=true",
                ["MT-Fault-StackTrace"] = "at Somewhere",
                ["MT-Host-MachineName"] = "box",
                ["MT-Fault-Address"] = "rabbitmq://localhost/faults",
                ["tenant"] = "acme",
                ["number"] = 7L,
            };
        });

        ReplayReport report = await broker.DeadLetters.Replayer.ReplayAsync(new() { Queue = "q_error" }, cancellationToken: Token);

        report.Stop.ShouldBe(ReplayStop.Completed, report.Problem);
        report.Of(ReplayOutcome.Replayed).ShouldBe(Messages);
        report.Targets.ShouldBe(new Dictionary<string, long>(StringComparer.Ordinal) { ["q"] = Messages });
        report.PossibleDuplicates.ShouldBe(0);
        (await broker.CountAsync("q_error")).ShouldBe(0);
        IReadOnlyList<TakenMessage> taken = await broker.TakeAllAsync("q");
        taken.Select(message => message.Text).ShouldBe(Enumerable.Range(1, Messages).Select(number => number.ToString(CultureInfo.InvariantCulture)));
        TakenMessage first = taken[0];
        first.Properties.Headers!.Keys.Where(name => !name.StartsWith("x-", StringComparison.Ordinal))
            .ShouldBe(["MT-Fault-Address", "tenant", "number", "Resilience-Replay-Count", "Resilience-Replay-Id"], ignoreOrder: true);
        first.Header("Resilience-Replay-Count").ShouldBe("1");
        first.Header("Resilience-Replay-Id").ShouldBe($"{report.Run}/1");
        first.Properties.MessageId.ShouldBe("message-1");
        first.Properties.CorrelationId.ShouldBe("conversation");
        first.Properties.Persistent.ShouldBeTrue();
        first.Properties.Priority.ShouldBe((byte)3);
        first.Properties.Expiration.ShouldBeNull();
    }

    [Theory]
    [MemberData(nameof(Types))]
    public async Task ReplayAsync_OddMessagesByQuery_LeavesTheOthersInOrder(string type)
    {
        await using DeadLetterBroker broker = await DeadLetterBroker.CreateAsync(fixture);
        await broker.DeclareAsync("q", type);
        await broker.DeclareAsync("q_error", type);
        await broker.FillAsync("q_error", 3_000, (number, properties) => properties.Headers = new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            ["parity"] = number % 2 == 0 ? "even" : "odd",
        });

        ReplayReport report = await broker.DeadLetters.Replayer.ReplayAsync(
            new() { Queue = "q_error", Window = 100, Select = new() { HeaderName = "parity", HeaderValue = "odd" } }, cancellationToken: Token);

        report.Stop.ShouldBe(ReplayStop.Completed, report.Problem);
        report.Of(ReplayOutcome.Replayed).ShouldBe(1_500);
        report.NotSelected.ShouldBe(1_500);
        (await broker.TakeAllAsync("q")).Select(message => message.Text).ShouldBe(Numbers(1, 3_000, 2));
        (await broker.TakeAllAsync("q_error")).Select(message => message.Text).ShouldBe(Numbers(2, 3_000, 2));
    }

    [Fact]
    public async Task ReplayAsync_ById_TakesThatOne()
    {
        await using DeadLetterBroker broker = await FilledAsync(20);
        string id = (await broker.DeadLetters.Inspector.PeekAsync("q_error", cancellationToken: Token)).Messages[12].Id;

        ReplayReport report = await broker.DeadLetters.Replayer.ReplayAsync(
            new() { Queue = "q_error", Select = new() { Ids = [id, "message-3"] } }, cancellationToken: Token);

        report.Of(ReplayOutcome.Replayed).ShouldBe(2);
        (await broker.TakeAllAsync("q")).Select(message => message.Text).ShouldBe(["3", "13"]);
        (await broker.CountAsync("q_error")).ShouldBe(18);
    }

    [Fact]
    public async Task ReplayAsync_DryRun_SaysWhatWouldHappenAndDoesNothing()
    {
        await using DeadLetterBroker broker = await FilledAsync(20, (number, properties) =>
        {
            if (number == 2)
                properties.Headers = new Dictionary<string, object?>(StringComparer.Ordinal) { ["Resilience-Replay-Count"] = 3 };
            if (number == 3)
                properties.ReplyTo = "gone";
        });

        ReplayReport report = await broker.DeadLetters.Replayer.ReplayAsync(new() { Queue = "q_error", DryRun = true }, cancellationToken: Token);

        report.Outcomes.ShouldBe(
            new Dictionary<ReplayOutcome, long> { [ReplayOutcome.WouldReplay] = 18, [ReplayOutcome.HeldBack] = 1, [ReplayOutcome.RequesterGone] = 1 },
            ignoreOrder: true);
        report.Messages.Count.ShouldBe(20);
        report.Warnings.ShouldContain(warning => warning.Contains("'q'", StringComparison.Ordinal));
        (await broker.CountAsync("q")).ShouldBe(0);
        (await broker.TakeAllAsync("q_error")).Select(message => message.Text).ShouldBe(Numbers(1, 20, 1));
    }

    [Fact]
    public async Task ReplayAsync_ReplayedTooOften_IsHeldBackAndCounted()
    {
        await using DeadLetterBroker broker = await FilledAsync(5);
        await broker.DeclareAsync("other");

        for (int pass = 1; pass <= 3; pass++)
        {
            (await broker.DeadLetters.Replayer.ReplayAsync(new() { Queue = "q_error", Target = "other" }, cancellationToken: Token)).Of(ReplayOutcome.Replayed).ShouldBe(5);
            await broker.PublishAsync("q_error", (await broker.TakeAllAsync("other")).Select(message => (message.Properties, message.Body)));
        }

        ReplayReport fourth = await broker.DeadLetters.Replayer.ReplayAsync(new() { Queue = "q_error", Target = "other" }, cancellationToken: Token);

        fourth.Of(ReplayOutcome.HeldBack).ShouldBe(5);
        fourth.Of(ReplayOutcome.Replayed).ShouldBe(0);
        fourth.Messages[0].Detail.ShouldBe("it has been replayed 3 times");
        (await broker.CountAsync("q_error")).ShouldBe(5);
    }

    [Fact]
    public async Task ReplayAsync_Rate_KeepsToIt()
    {
        await using DeadLetterBroker broker = await FilledAsync(41);

        ReplayReport report = await broker.DeadLetters.Replayer.ReplayAsync(new() { Queue = "q_error", RatePerSecond = 20 }, cancellationToken: Token);

        report.Of(ReplayOutcome.Replayed).ShouldBe(41);
        report.Took.TotalSeconds.ShouldBeInRange(2, 10);
    }

    [Theory]
    [InlineData(double.Epsilon)]
    [InlineData(1e-9)]
    [InlineData(1e300)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NaN)]
    [InlineData(0)]
    public async Task ReplayAsync_AbsurdRate_IsRefusedBeforeAnythingMoves(double rate)
    {
        await using DeadLetterBroker broker = await FilledAsync(3);

        ArgumentOutOfRangeException refused = await Should.ThrowAsync<ArgumentOutOfRangeException>(
            () => broker.DeadLetters.Replayer.ReplayAsync(new() { Queue = "q_error", RatePerSecond = rate }, cancellationToken: Token));

        refused.Message.ShouldContain("RatePerSecond");
        (await broker.CountAsync("q_error")).ShouldBe(3);
    }

    [Fact]
    public async Task ReplayAsync_Stopped_ReportsHowFarItCameAndKeepsTheRest()
    {
        await using DeadLetterBroker broker = await FilledAsync(200);
        using CancellationTokenSource stop = new();
        int seen = 0;
        var outcomes = new Told<ReplayedMessage>(_ =>
        {
            if (++seen == 10)
                stop.Cancel();
        });

        ReplayReport report = await broker.DeadLetters.Replayer.ReplayAsync(
            new() { Queue = "q_error", RatePerSecond = 100, Outcomes = outcomes }, cancellationToken: stop.Token);

        report.Stop.ShouldBe(ReplayStop.Cancelled);
        long replayed = report.Of(ReplayOutcome.Replayed);
        replayed.ShouldBeInRange(10, 100);
        (await broker.CountAsync("q")).ShouldBe(replayed);
        (await broker.TakeAllAsync("q_error")).Select(message => message.Text).ShouldBe(Numbers((int)replayed + 1, 200, 1));
    }

    [Fact]
    public async Task ReplayAsync_Limit_TakesAsMany()
    {
        await using DeadLetterBroker broker = await FilledAsync(20);

        (await broker.DeadLetters.Replayer.ReplayAsync(new() { Queue = "q_error", Limit = 7 }, cancellationToken: Token)).Of(ReplayOutcome.Replayed).ShouldBe(7);

        (await broker.TakeAllAsync("q")).Count.ShouldBe(7);
        (await broker.TakeAllAsync("q_error")).Select(message => message.Text).ShouldBe(Numbers(8, 20, 1));
    }

    [Fact]
    public async Task ReplayAsync_EveryKindOfBody_ArrivesByteForByte()
    {
        await using DeadLetterBroker broker = await FilledAsync(0);
        byte[] large = new byte[10 * 1024 * 1024];
        Random.Shared.NextBytes(large);
        byte[][] bodies = [[], large, Encoding.UTF8.GetBytes("{\"broken\": "), [0xFF, 0x00, 0xFE], large, []];
        await broker.PublishAsync("q_error", bodies.Select(body => (new BasicProperties { Persistent = true }, body)));

        ReplayReport report = await broker.DeadLetters.Replayer.ReplayAsync(new() { Queue = "q_error" }, cancellationToken: Token);

        report.Of(ReplayOutcome.Replayed).ShouldBe(bodies.Length, report.Problem);
        IReadOnlyList<TakenMessage> taken = await broker.TakeAllAsync("q");
        for (int body = 0; body < bodies.Length; body++)
            taken[body].Body.AsSpan().SequenceEqual(bodies[body]).ShouldBeTrue($"body {body}");
    }

    private async Task<DeadLetterBroker> FilledAsync(int messages, Action<int, BasicProperties>? change = null)
    {
        DeadLetterBroker broker = await DeadLetterBroker.CreateAsync(fixture);
        await broker.DeclareAsync("q");
        await broker.DeclareAsync("q_error");
        await broker.FillAsync("q_error", messages, change);
        return broker;
    }

    private static IEnumerable<string> Numbers(int first, int last, int step)
    {
        for (int number = first; number <= last; number += step)
            yield return number.ToString(CultureInfo.InvariantCulture);
    }
}

/// <summary>Progress that is told at once, on whatever thread.</summary>
internal sealed class Told<T>(Action<T> tell) : IProgress<T>
{
    public void Report(T value) => tell(value);
}
