using System.Globalization;
using HaptiTalk.Messaging.Resilience.Brokers;
using RabbitMQ.Client;

namespace HaptiTalk.Messaging.Resilience.RabbitMq.Tests.DeadLetters;

/// <summary>What can go wrong on the way: each a clear outcome, and the message is kept.</summary>
public sealed class ReplayTroubleTests(BrokerFixture fixture)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<string> Types => ["classic", "quorum"];

    [Fact]
    public async Task ReplayAsync_MissingTarget_KeepsEverythingAndMakesNoQueue()
    {
        await using DeadLetterBroker broker = await DeadLetterBroker.CreateAsync(fixture);
        await broker.DeclareAsync("q_error");
        await broker.FillAsync("q_error", 5);

        ReplayReport report = await broker.DeadLetters.Replayer.ReplayAsync(new() { Queue = "q_error" }, cancellationToken: Token);

        report.Of(ReplayOutcome.TargetMissing).ShouldBe(5);
        report.Messages[0].Detail.ShouldBe("there is no queue 'q'");
        (await broker.CountAsync("q")).ShouldBe(-1);
        (await broker.CountAsync("q_error")).ShouldBe(5);
    }

    [Theory]
    [MemberData(nameof(Types))]
    public async Task ReplayAsync_FullTarget_StopsAndKeepsWhatDoesNotFit(string type)
    {
        await using DeadLetterBroker broker = await DeadLetterBroker.CreateAsync(fixture);
        await broker.DeclareAsync("q", type, ("x-max-length", 10), ("x-overflow", "reject-publish"));
        await broker.DeclareAsync("q_error", type);
        await broker.FillAsync("q_error", 500);

        ReplayReport report = await broker.DeadLetters.Replayer.ReplayAsync(new() { Queue = "q_error" }, cancellationToken: Token);

        report.Stop.ShouldBe(ReplayStop.TargetRefused);
        report.Of(ReplayOutcome.TargetRefused).ShouldBeGreaterThan(0);
        (await SumAsync(broker)).ShouldBe(500, string.Join(", ", report.Outcomes) + report.Took);
        (await broker.CountAsync("q")).ShouldBe(report.Of(ReplayOutcome.Replayed));
    }

    [Theory]
    [MemberData(nameof(Types))]
    public async Task ReplayAsync_TargetDeletedMidway_StopsAndKeepsTheRest(string type)
    {
        await using DeadLetterBroker broker = await DeadLetterBroker.CreateAsync(fixture);
        await broker.DeclareAsync("q", type);
        await broker.DeclareAsync("q_error", type);
        await broker.FillAsync("q_error", 400);
        TaskCompletionSource some = new(TaskCreationOptions.RunContinuationsAsynchronously);
        int replayed = 0;
        Task<ReplayReport> replay = broker.DeadLetters.Replayer.ReplayAsync(
            new() { Queue = "q_error", RatePerSecond = 200, Outcomes = new Told<ReplayedMessage>(_ => { if (++replayed == 20) some.TrySetResult(); }) },
            cancellationToken: Token);
        await some.Task.WaitAsync(Token);
        await broker.DeleteAsync("q");

        ReplayReport report = await replay;

        report.Stop.ShouldBe(ReplayStop.TargetMissing, report.Problem);
        // What was on its way when a quorum queue went is not always answered for.
        (report.Of(ReplayOutcome.TargetMissing) + report.Of(ReplayOutcome.TargetRefused) + report.Of(ReplayOutcome.InDoubt)).ShouldBeGreaterThan(0);
        (await broker.CountAsync("q_error")).ShouldBe(400 - report.Of(ReplayOutcome.Replayed));
    }

    [Fact]
    public async Task ReplayAsync_SourceDeletedMidway_SaysSo()
    {
        await using DeadLetterBroker broker = await DeadLetterBroker.CreateAsync(fixture);
        await broker.DeclareAsync("q");
        await broker.DeclareAsync("q_error");
        await broker.FillAsync("q_error", 400);
        TaskCompletionSource some = new(TaskCreationOptions.RunContinuationsAsynchronously);
        int replayed = 0;
        Task<ReplayReport> replay = broker.DeadLetters.Replayer.ReplayAsync(
            new() { Queue = "q_error", RatePerSecond = 100, Outcomes = new Told<ReplayedMessage>(_ => { if (++replayed == 20) some.TrySetResult(); }) },
            cancellationToken: Token);
        await some.Task.WaitAsync(Token);
        await broker.DeleteAsync("q_error");

        (await replay).Stop.ShouldBe(ReplayStop.SourceGone);
    }

    [Fact]
    public async Task ReplayAsync_NoRightToWrite_KeepsEverything()
    {
        await using DeadLetterBroker broker = await DeadLetterBroker.CreateAsync(fixture);
        await broker.DeclareAsync("q");
        await broker.DeclareAsync("q_error");
        await broker.FillAsync("q_error", 5);
        string user = await broker.CreateUserAsync("", configure: "^$", write: "^$", read: ".*");

        ReplayReport report = await broker.Open(user: user).Replayer.ReplayAsync(new() { Queue = "q_error" }, cancellationToken: Token);

        report.Stop.ShouldBe(ReplayStop.NotPermitted);
        report.Problem!.ShouldContain("amq.default");
        report.Of(ReplayOutcome.Replayed).ShouldBe(0);
        report.Of(ReplayOutcome.NotPermitted).ShouldBeGreaterThan(0);
        (await SumAsync(broker)).ShouldBe(5);
    }

    [Fact]
    public async Task ReplayAsync_NoRightToRead_IsRefusedBeforeAnythingIsSent()
    {
        await using DeadLetterBroker broker = await DeadLetterBroker.CreateAsync(fixture);
        await broker.DeclareAsync("q");
        await broker.DeclareAsync("q_error");
        await broker.FillAsync("q_error", 5);
        string user = await broker.CreateUserAsync("", configure: "^$", write: ".*", read: "^$");

        DeadLetterAccessException refused = await Should.ThrowAsync<DeadLetterAccessException>(
            () => broker.Open(user: user).Replayer.ReplayAsync(new() { Queue = "q_error" }, cancellationToken: Token));

        refused.Message.ShouldContain("ACCESS_REFUSED");
        (await broker.CountAsync("q_error")).ShouldBe(5);
    }

    [Fact]
    public async Task ReplayAsync_ForeignMessagesWithoutOrigin_NeedATarget()
    {
        await using DeadLetterBroker broker = await DeadLetterBroker.CreateAsync(fixture);
        await broker.DeclareAsync("parked");
        await broker.DeclareAsync("elsewhere");
        await broker.PublishAsync("parked", (new BasicProperties(), [1, 2, 3]), (new BasicProperties(), []));

        ReplayReport without = await broker.DeadLetters.Replayer.ReplayAsync(new() { Queue = "parked" }, cancellationToken: Token);
        ReplayReport with = await broker.DeadLetters.Replayer.ReplayAsync(new() { Queue = "parked", Target = "elsewhere" }, cancellationToken: Token);

        without.Of(ReplayOutcome.NoTarget).ShouldBe(2);
        with.Of(ReplayOutcome.Replayed).ShouldBe(2);
    }

    [Fact]
    public async Task ReplayAsync_DeadLetteredByTheBroker_GoesWhereItCameFrom()
    {
        await using DeadLetterBroker broker = await DeadLetterBroker.CreateAsync(fixture);
        await broker.DeclareAsync("parked");
        await broker.DeclareAsync("origin", "classic", ("x-dead-letter-exchange", ""), ("x-dead-letter-routing-key", "parked"));
        await broker.FillAsync("origin", 3);
        await using (IChannel channel = await broker.OpenChannelAsync())
        {
            for (int message = 0; message < 3; message++)
                await channel.BasicRejectAsync((await channel.BasicGetAsync("origin", autoAck: false, Token))!.DeliveryTag, requeue: false, Token);
        }

        await Until.TrueAsync(async () => await broker.CountAsync("parked") == 3);
        DeadLetter letter = (await broker.DeadLetters.Inspector.PeekAsync("parked", cancellationToken: Token)).Messages[0];
        ReplayReport report = await broker.DeadLetters.Replayer.ReplayAsync(new() { Queue = "parked" }, cancellationToken: Token);

        letter.Failure.Reason.ShouldBe("rejected");
        letter.Failure.InputQueue.ShouldBe("origin");
        report.Targets.Keys.ShouldBe(["origin"]);
        (await broker.TakeAllAsync("origin"))[0].Properties.Headers!.Keys.ShouldNotContain("x-death");
    }

    [Theory]
    [InlineData(AbandonedRequests.Skip, ReplayOutcome.RequesterGone)]
    [InlineData(AbandonedRequests.Replay, ReplayOutcome.Replayed)]
    [InlineData(AbandonedRequests.ReplayWithoutReply, ReplayOutcome.Replayed)]
    public async Task ReplayAsync_RequestWithoutRequester_DoesAsAsked(AbandonedRequests choice, ReplayOutcome expected)
    {
        await using DeadLetterBroker broker = await DeadLetterBroker.CreateAsync(fixture);
        await broker.DeclareAsync("q");
        await broker.DeclareAsync("q_error");
        await broker.DeclareAsync("alive");
        await broker.BindAsync("alive", "alive-bus");
        string Request(string reply) =>
            $$$"""{"messageId":"1","requestId":"2","responseAddress":"rabbitmq://localhost/{{{broker.Host.Name}}}/{{{reply}}}?temporary=true","faultAddress":"rabbitmq://localhost/x","messageType":["urn:message:Shop:Ask"],"message":{"number":1.50}}""";
        BasicProperties json = new() { ContentType = "application/vnd.masstransit+json" };
        await broker.PublishAsync("q_error", (json, System.Text.Encoding.UTF8.GetBytes(Request("gone-bus"))), (json, System.Text.Encoding.UTF8.GetBytes(Request("alive-bus"))));

        ReplayReport report = await broker.DeadLetters.Replayer.ReplayAsync(new() { Queue = "q_error", AbandonedRequests = choice }, cancellationToken: Token);

        report.Of(expected).ShouldBe(expected == ReplayOutcome.Replayed ? 2 : 1);
        IReadOnlyList<TakenMessage> taken = await broker.TakeAllAsync("q");
        taken[^1].Text.ShouldBe(Request("alive-bus"));
        if (choice == AbandonedRequests.ReplayWithoutReply)
            taken[0].Text.ShouldBe("""{"messageId":"1","messageType":["urn:message:Shop:Ask"],"message":{"number":1.50}}""");
        if (choice == AbandonedRequests.Replay)
            taken[0].Text.ShouldBe(Request("gone-bus"));
    }

    [Fact]
    public async Task ReplayAsync_RequestPastItsDeadline_IsSkipped()
    {
        await using DeadLetterBroker broker = await DeadLetterBroker.CreateAsync(fixture);
        await broker.DeclareAsync("q");
        await broker.DeclareAsync("q_error");
        await broker.DeclareAsync("alive");
        await broker.BindAsync("alive", "alive-bus");
        string deadline = TimeProvider.System.GetUtcNow().AddMinutes(-1).ToString("O", CultureInfo.InvariantCulture);
        await broker.PublishAsync("q_error", (new BasicProperties(), System.Text.Encoding.UTF8.GetBytes(
            $$"""{"responseAddress":"rabbitmq://localhost/{{broker.Host.Name}}/alive-bus","messageType":["urn:message:Shop:Ask"],"message":{},"expirationTime":"{{deadline}}"}""")));

        ReplayReport report = await broker.DeadLetters.Replayer.ReplayAsync(new() { Queue = "q_error" }, cancellationToken: Token);

        report.Of(ReplayOutcome.RequesterGone).ShouldBe(1);
    }

    private static async Task<long> SumAsync(DeadLetterBroker broker) => await broker.CountAsync("q") + await broker.CountAsync("q_error");
}

/// <summary>Waits for a condition, not for a time.</summary>
internal static class Until
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    public static async Task TrueAsync(Func<Task<bool>> condition)
    {
        long started = TimeProvider.System.GetTimestamp();
        while (!await condition())
        {
            TimeProvider.System.GetElapsedTime(started).ShouldBeLessThan(Longest);
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }
}
