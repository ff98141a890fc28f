using HaptiTalk.Messaging.Resilience.Brokers;
using HaptiTalk.Messaging.Resilience.RabbitMq.Tests.Bus;
using HaptiTalk.Messaging.Resilience.Tests;
using MassTransit;

namespace HaptiTalk.Messaging.Resilience.RabbitMq.Tests.DeadLetters;

/// <summary>What a real consumer failed at is put back to it, and consumed.</summary>
public sealed class MassTransitReplayTests(BrokerFixture fixture)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task ReplayAsync_AfterTheConsumerIsWell_EveryMessageIsConsumedOnce(bool quorum)
    {
        const int Messages = 30;
        await using DeadLetterBroker broker = await DeadLetterBroker.CreateAsync(fixture);
        bool isBroken = true;
        int consumed = 0;
        await using RabbitBus bus = await RabbitBus.StartAsync(
            broker.Host,
            (_, rabbit) => rabbit.ReceiveEndpoint("happened", endpoint =>
            {
                if (quorum)
                    endpoint.SetQuorumQueue();
                endpoint.Handler<Happened>(_ =>
                {
                    if (Volatile.Read(ref isBroken))
                        throw new InvalidOperationException("the database is away");
                    Interlocked.Increment(ref consumed);
                    return Task.CompletedTask;
                });
            }),
            protectConsumers: false);
        await bus.Bus.PublishBatch(Enumerable.Range(0, Messages).Select(number => new Happened(number)), Token);
        await Until.TrueAsync(async () => await broker.CountAsync("happened_error") == Messages);

        // A replay while it is still broken: the first that comes back stops it.
        ReplayReport tooEarly = await broker.DeadLetters.Replayer.ReplayAsync(
            new() { Queue = "happened_error", Batches = new() { Settle = TimeSpan.FromSeconds(1) } }, cancellationToken: Token);
        await Until.TrueAsync(async () => await broker.CountAsync("happened_error") == Messages);
        Volatile.Write(ref isBroken, false);
        ReplayReport report = await broker.DeadLetters.Replayer.ReplayAsync(new() { Queue = "happened_error" }, cancellationToken: Token);
        await Until.TrueAsync(() => Task.FromResult(Volatile.Read(ref consumed) >= Messages));

        tooEarly.Stop.ShouldBe(ReplayStop.TooManyReturned, tooEarly.Problem);
        tooEarly.ReturnWatch.ShouldBe(ReturnWatch.Copies);
        report.Of(ReplayOutcome.Replayed).ShouldBe(Messages, report.Problem);
        consumed.ShouldBe(Messages);
        (await broker.CountAsync("happened_error")).ShouldBe(0);
    }

    [Fact]
    public async Task PeekAsync_RealErrorCopy_ShowsWhatHappened()
    {
        await using DeadLetterBroker broker = await DeadLetterBroker.CreateAsync(fixture);
        await using RabbitBus bus = await RabbitBus.StartAsync(
            broker.Host,
            static (_, rabbit) => rabbit.ReceiveEndpoint("happened", static endpoint =>
                endpoint.Handler<Happened>(static _ => throw new InvalidOperationException("the database is away"))),
            protectConsumers: false);
        await bus.Bus.Publish(new Happened(7), Token);
        await Until.TrueAsync(async () => await broker.CountAsync("happened_error") == 1);

        DeadLetter letter = (await broker.DeadLetters.Inspector.PeekAsync("happened_error", cancellationToken: Token)).Messages.Single();

        letter.Failure.ExceptionType.ShouldBe("System.InvalidOperationException");
        letter.Failure.ExceptionMessage.ShouldBe("the database is away");
        letter.Failure.Reason.ShouldBe("fault");
        letter.Failure.InputQueue.ShouldBe("happened");
        letter.Failure.At.ShouldNotBeNull();
        letter.Failure.Fingerprint.ShouldNotBeNull();
        letter.MessageType!.ShouldEndWith(nameof(Happened));
        letter.Envelope!.MessageTypes.ShouldContain(urn => urn.EndsWith(nameof(Happened), StringComparison.Ordinal));
        letter.Envelope.Host.Keys.ShouldContain("machineName");
        letter.BodyText!.ShouldContain("\"number\": 7");
    }
}
