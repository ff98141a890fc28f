using HaptiTalk.Messaging.Resilience.Brokers;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace HaptiTalk.Messaging.Resilience.RabbitMq.Tests.DeadLetters;

/// <summary>Messages that somebody else holds, as a look does, are not there for the moment. "Completed" is only said of all of them.</summary>
public sealed class HeldElsewhereTests(BrokerFixture fixture)
{
    private const int Messages = 400;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("classic", false)]
    [InlineData("quorum", false)]
    [InlineData("classic", true)]
    public async Task ReplayAsync_AllHeldElsewhere_IsNotCompleted(string type, bool isDryRun)
    {
        await using DeadLetterBroker broker = await FilledAsync(type);
        await using IChannel holder = await HoldAsync(broker, Messages);
        IDeadLetterReplayer replayer = broker.Open(change: static options => options with { AnswerTimeout = TimeSpan.FromSeconds(5) }).Replayer;

        ReplayReport report = await replayer.ReplayAsync(new() { Queue = "q_error", DryRun = isDryRun }, cancellationToken: Token);

        report.Stop.ShouldBe(ReplayStop.Incomplete);
        report.Problem!.ShouldContain("consumer");
    }

    [Theory]
    [InlineData("classic")]
    [InlineData("quorum")]
    public async Task ReplayAsync_LookThatEndsMeanwhile_ReplaysEverything(string type)
    {
        await using DeadLetterBroker broker = await FilledAsync(type);
        IChannel holder = await HoldAsync(broker, Messages);

        TaskCompletionSource waits = new(TaskCreationOptions.RunContinuationsAsynchronously);

        Task<ReplayReport> replay = broker.DeadLetters.Replayer.ReplayAsync(
            new() { Queue = "q_error" }, new Told<ReplayProgress>(_ => waits.TrySetResult()), Token);
        await Task.WhenAny(replay, waits.Task);
        await holder.DisposeAsync();
        ReplayReport report = await replay;

        report.Stop.ShouldBe(ReplayStop.Completed, report.Problem);
        report.Of(ReplayOutcome.Replayed).ShouldBe(Messages);
        (await broker.CountAsync("q_error")).ShouldBe(0);
    }

    [Fact]
    public async Task ReplayAsync_ItsOwnComeBackBeforeWhatALookHolds_ReplaysEverything()
    {
        await using DeadLetterBroker broker = await FilledAsync("classic");
        TaskCompletionSource held = new(TaskCreationOptions.RunContinuationsAsynchronously);
        TaskCompletionSource returned = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using IChannel failing = await broker.OpenChannelAsync();
        int count = 0;
        AsyncEventingBasicConsumer consumer = new(failing);
        consumer.ReceivedAsync += async (_, delivery) =>
        {
            if (++count <= 5)
            {
                await held.Task;
                await failing.BasicPublishAsync("", "q_error", mandatory: false, new BasicProperties(delivery.BasicProperties), delivery.Body);
            }

            if (count == 5)
                returned.TrySetResult();
            await failing.BasicAckAsync(delivery.DeliveryTag, multiple: false);
        };
        await failing.BasicConsumeAsync("q", autoAck: false, consumer, Token);
        TaskCompletionSource some = new(TaskCreationOptions.RunContinuationsAsynchronously);
        int replayed = 0;

        Task<ReplayReport> replay = broker.DeadLetters.Replayer.ReplayAsync(
            new() { Queue = "q_error", Window = 10, RatePerSecond = 100, Outcomes = new Told<ReplayedMessage>(_ => { if (++replayed == 5) some.TrySetResult(); }) },
            cancellationToken: Token);
        await some.Task.WaitAsync(Token);
        IChannel holder = await HoldAsync(broker, Messages / 2, takesMore: false);
        held.SetResult();
        await returned.Task.WaitAsync(Token);
        // What comes back is in the queue alone: the replay gets it before the rest.
        await Until.TrueAsync(async () => replay.IsCompleted || await broker.CountAsync("q_error") == 0);
        await holder.DisposeAsync();
        ReplayReport report = await replay;

        report.Of(ReplayOutcome.Replayed).ShouldBe(Messages, $"{report.Stop}: {report.Problem}");
        report.Stop.ShouldBe(ReplayStop.Completed, report.Problem);
        (await broker.TakeAllAsync("q_error")).Count.ShouldBe(5);
    }

    /// <summary>Takes as a look does: all it may, and holds it until it is closed.</summary>
    private static async Task<IChannel> HoldAsync(DeadLetterBroker broker, int atLeast, bool takesMore = true)
    {
        IChannel channel = await broker.OpenChannelAsync();
        TaskCompletionSource held = new(TaskCreationOptions.RunContinuationsAsynchronously);
        int count = 0;
        AsyncEventingBasicConsumer consumer = new(channel);
        consumer.ReceivedAsync += (_, _) =>
        {
            if (++count >= atLeast)
                held.TrySetResult();
            return Task.CompletedTask;
        };
        string tag = await channel.BasicConsumeAsync("q_error", autoAck: false, consumer, Token);
        await held.Task.WaitAsync(Token);
        if (!takesMore)
            await channel.BasicCancelAsync(tag, noWait: false, Token);
        return channel;
    }

    private async Task<DeadLetterBroker> FilledAsync(string type)
    {
        DeadLetterBroker broker = await DeadLetterBroker.CreateAsync(fixture);
        await broker.DeclareAsync("q", type);
        await broker.DeclareAsync("q_error", type);
        await broker.FillAsync("q_error", Messages);
        return broker;
    }
}
