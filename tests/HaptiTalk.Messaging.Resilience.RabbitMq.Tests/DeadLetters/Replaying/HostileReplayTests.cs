using System.Text;
using HaptiTalk.Messaging.Resilience.Brokers;
using RabbitMQ.Client;

namespace HaptiTalk.Messaging.Resilience.RabbitMq.Tests.DeadLetters;

/// <summary>A message that nothing can be done with keeps nobody else's message from being replayed.</summary>
public sealed class HostileReplayTests(BrokerFixture fixture)
{
    private static readonly string TooLong = new('a', 300);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<string> Bodies => new()
    {
        // No exchange can have such a name.
        Request($"rabbitmq://localhost/{TooLong}"),
        Request($"queue:{new string('한', 100)}"),
        // An envelope with something behind it.
        Request("rabbitmq://localhost/gone") + " and more",
    };

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task ReplayAsync_AddressThatNobodyCanHave_ReplaysTheOthers(string body)
    {
        await using DeadLetterBroker broker = await FilledAsync(new BasicProperties(), body);

        ReplayReport report = await broker.DeadLetters.Replayer.ReplayAsync(new() { Queue = "q_error" }, cancellationToken: Token);

        report.Stop.ShouldBe(ReplayStop.Completed, report.Problem);
        report.Of(ReplayOutcome.Replayed).ShouldBe(2);
        report.Of(ReplayOutcome.RequesterGone).ShouldBe(1);
        (await broker.TakeAllAsync("q")).Select(static message => message.Text).ShouldBe(["first", "last"]);
        (await broker.TakeAllAsync("q_error")).ShouldHaveSingleItem().Text.ShouldBe(body);
    }

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task ReplayAsync_WithoutReply_NeverFailsAtOne(string body)
    {
        await using DeadLetterBroker broker = await FilledAsync(new BasicProperties(), body);

        ReplayReport report = await broker.DeadLetters.Replayer.ReplayAsync(
            new() { Queue = "q_error", AbandonedRequests = AbandonedRequests.ReplayWithoutReply }, cancellationToken: Token);

        report.Stop.ShouldBe(ReplayStop.Completed, report.Problem);
        (await broker.TakeAllAsync("q")).Select(static message => message.Text).ShouldContain("last");
        report.Outcomes.Values.Sum().ShouldBe(3);
        report.Of(ReplayOutcome.InDoubt).ShouldBe(0);
    }

    [Fact]
    public async Task ReplayAsync_ReplyAddressInAHeader_ReplaysTheOthers()
    {
        BasicProperties properties = new()
        {
            Headers = new Dictionary<string, object?>(StringComparer.Ordinal) { ["MT-Response-Address"] = $"queue:{TooLong}" },
        };
        await using DeadLetterBroker broker = await FilledAsync(properties, "body");

        ReplayReport report = await broker.DeadLetters.Replayer.ReplayAsync(new() { Queue = "q_error" }, cancellationToken: Token);

        (report.Of(ReplayOutcome.Replayed), report.Of(ReplayOutcome.RequesterGone)).ShouldBe((2, 1));
    }

    [Fact]
    public async Task ReplayAsync_QueueThatCannotBe_ReplaysTheOthers()
    {
        BasicProperties properties = new()
        {
            Headers = new Dictionary<string, object?>(StringComparer.Ordinal) { ["MT-Fault-InputAddress"] = $"queue:{TooLong}" },
        };
        await using DeadLetterBroker broker = await FilledAsync(properties, "body");

        ReplayReport report = await broker.DeadLetters.Replayer.ReplayAsync(new() { Queue = "q_error" }, cancellationToken: Token);

        report.Stop.ShouldBe(ReplayStop.Completed, report.Problem);
        report.Of(ReplayOutcome.Replayed).ShouldBe(2);
        report.Of(ReplayOutcome.TargetUnconfirmed).ShouldBe(1);
        report.Messages.ShouldHaveSingleItem().Detail!.Length.ShouldBeLessThan(300);
    }

    [Fact]
    public async Task ReplayAsync_HeadersThatOnlyJustFit_KeepsThatOneAndReplaysTheOthers()
    {
        // With what a replay adds they need more than the frame that AMQP has for them, for which the broker closes the connection.
        BasicProperties properties = new()
        {
            Headers = new Dictionary<string, object?>(StringComparer.Ordinal) { ["large"] = new byte[130_990] },
        };
        await using DeadLetterBroker broker = await FilledAsync(properties, "body");

        ReplayReport report = await broker.DeadLetters.Replayer.ReplayAsync(new() { Queue = "q_error" }, cancellationToken: Token);

        report.Stop.ShouldBe(ReplayStop.Completed, report.Problem);
        (report.Of(ReplayOutcome.Replayed), report.Of(ReplayOutcome.MessageRefused)).ShouldBe((2, 1));
        report.Messages.ShouldHaveSingleItem().Detail!.ShouldContain("frame_max");
        (await broker.CountAsync("q_error")).ShouldBe(1);
    }

    private static string Request(string address) =>
        $$$"""{"responseAddress":"{{{address}}}","messageType":["urn:message:Shop:Ask"],"message":{}}""";

    private async Task<DeadLetterBroker> FilledAsync(BasicProperties properties, string body)
    {
        DeadLetterBroker broker = await DeadLetterBroker.CreateAsync(fixture);
        await broker.DeclareAsync("q");
        await broker.DeclareAsync("q_error");
        await broker.PublishAsync(
            "q_error", (new BasicProperties(), Encoding.UTF8.GetBytes("first")), (properties, Encoding.UTF8.GetBytes(body)), (new BasicProperties(), Encoding.UTF8.GetBytes("last")));
        return broker;
    }
}
