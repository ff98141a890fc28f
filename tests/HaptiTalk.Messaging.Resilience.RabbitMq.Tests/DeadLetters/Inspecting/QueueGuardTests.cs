using HaptiTalk.Messaging.Resilience.Brokers;
using RabbitMQ.Client;

namespace HaptiTalk.Messaging.Resilience.RabbitMq.Tests.DeadLetters;

/// <summary>A queue that is consumed, or that is none of dead letters, is left alone unless it is said to be meant.</summary>
public sealed class QueueGuardTests(BrokerFixture fixture)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<string> Looks() => ["peek", "summarise", "search", "show", "export", "drain", "discard"];

    [Theory]
    [MemberData(nameof(Looks))]
    public async Task Look_ConsumedQueue_IsRefusedUnlessMeant(string look)
    {
        await using DeadLetterBroker broker = await DeadLetterBroker.CreateAsync(fixture);
        await broker.DeclareAsync("q_error");
        await broker.FillAsync("q_error", 3);
        await using IChannel channel = await broker.OpenChannelAsync();
        // It holds one and gets no more: what it does not hold is there to be looked at.
        await channel.BasicQosAsync(0, 1, global: false, Token);
        await channel.BasicConsumeAsync("q_error", autoAck: false, new AsyncDefaultBasicConsumer(channel), Token);
        await Until.TrueAsync(async () => await broker.CountAsync("q_error") == 2);

        PeekRefusedException refused = await Should.ThrowAsync<PeekRefusedException>(() => RunAsync(broker.DeadLetters, look, "q_error", anyQueue: false));

        refused.Message.ShouldContain("consume");
        refused.Safety.Remedies.ShouldContain(remedy => remedy.Kind == PeekRemedyKind.AnyQueue);
        (await broker.CountAsync("q_error")).ShouldBe(2);
        await RunAsync(broker.DeadLetters, look, "q_error", anyQueue: true);
    }

    [Theory]
    [MemberData(nameof(Looks))]
    public async Task Look_OrdinaryQueue_IsRefusedUnlessMeant(string look)
    {
        await using DeadLetterBroker broker = await DeadLetterBroker.CreateAsync(fixture);
        await broker.DeclareAsync("orders");
        await broker.FillAsync("orders", 2);

        PeekRefusedException refused = await Should.ThrowAsync<PeekRefusedException>(() => RunAsync(broker.DeadLetters, look, "orders", anyQueue: false));

        refused.Safety.Remedies.ShouldContain(remedy => remedy.Kind == PeekRemedyKind.AnyQueue);
        await RunAsync(broker.DeadLetters, look, "orders", anyQueue: true);
    }

    [Fact]
    public async Task PeekAsync_TargetOfADeadLetterExchange_IsAllowedWhereThatIsKnown()
    {
        await using DeadLetterBroker broker = await DeadLetterBroker.CreateAsync(fixture);
        await broker.DeclareAsync("parked");
        await broker.DeclareAsync("bound");
        await broker.BindAsync("bound", "graveyard");
        await broker.DeclareAsync("orders", "classic", ("x-dead-letter-exchange", ""), ("x-dead-letter-routing-key", "parked"));
        await broker.DeclareAsync("users", "classic", ("x-dead-letter-exchange", "graveyard"));
        await broker.FillAsync("parked", 1);
        await broker.FillAsync("bound", 1);
        IDeadLetterInspector blind = broker.Open(useManagement: false).Inspector;

        (await broker.DeadLetters.Inspector.PeekAsync("parked", cancellationToken: Token)).Messages.Count.ShouldBe(1);
        (await broker.DeadLetters.Inspector.PeekAsync("bound", cancellationToken: Token)).Messages.Count.ShouldBe(1);
        await Should.ThrowAsync<PeekRefusedException>(() => blind.PeekAsync("parked", cancellationToken: Token));
        (await blind.PeekAsync("parked", new() { AnyQueue = true }, Token)).Messages.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData("q_error")]
    [InlineData("q_skipped")]
    public async Task PeekAsync_ByItsName_IsAllowedWithoutManagement(string queue)
    {
        await using DeadLetterBroker broker = await DeadLetterBroker.CreateAsync(fixture);
        await broker.DeclareAsync(queue);
        await broker.FillAsync(queue, 1);

        (await broker.Open(useManagement: false).Inspector.PeekAsync(queue, cancellationToken: Token)).Messages.Count.ShouldBe(1);
    }

    private static Task RunAsync(RabbitMqDeadLetters deadLetters, string look, string queue, bool anyQueue) => look switch
    {
        "peek" => deadLetters.Inspector.PeekAsync(queue, new() { AnyQueue = anyQueue, Take = 1 }, Token),
        "summarise" => deadLetters.Inspector.SummariseAsync(queue, options: new() { AnyQueue = anyQueue, MaxMessages = 1 }, cancellationToken: Token),
        "search" => deadLetters.Inspector.SearchAsync(queue, new(), new() { AnyQueue = anyQueue, MaxMessages = 1 }, Token),
        "show" => deadLetters.Inspector.ShowAsync(queue, "message-2", new() { AnyQueue = anyQueue }, Token),
        "export" => deadLetters.Archive.ExportAsync(new() { Queue = queue, AnyQueue = anyQueue }, Stream.Null, cancellationToken: Token),
        "drain" => deadLetters.Archive.ExportAsync(new() { Queue = queue, Drain = true, AnyQueue = anyQueue }, Stream.Null, cancellationToken: Token),
        _ => deadLetters.Replayer.DiscardAsync(
            new() { Queue = queue, Select = new() { Ids = ["message-2"] }, ExpectedCount = 1, WithoutExport = true, AnyQueue = anyQueue }, Token),
    };
}
