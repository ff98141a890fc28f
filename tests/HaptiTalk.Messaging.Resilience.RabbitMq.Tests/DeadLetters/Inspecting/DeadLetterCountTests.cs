using HaptiTalk.Messaging.Resilience.Brokers;
using RabbitMQ.Client;

namespace HaptiTalk.Messaging.Resilience.RabbitMq.Tests.DeadLetters;

public sealed class DeadLetterCountTests(BrokerFixture broker)
{
    private readonly CancellationToken _cancellationToken = TestContext.Current.CancellationToken;

    [Fact]
    public async Task CountAsync_FilledEmptyAndMissingQueues_TellsThemApartInTheOrderAsked()
    {
        await using VirtualHost host = await broker.CreateVirtualHostAsync(_cancellationToken);
        await DeclareAsync(host, "user_error", messages: 3);
        await DeclareAsync(host, "empty_error", messages: 0);

        IReadOnlyList<DeadLetterCount> counts = await Inspector(host.Address).CountAsync(
            ["missing_error", "user_error", "also_missing_error", "empty_error", "user_error"], _cancellationToken);

        counts.ShouldBe(
        [
            new("missing_error", null),
            new("user_error", 3),
            new("also_missing_error", null),
            new("empty_error", 0),
            new("user_error", 3),
        ]);
        counts.Select(count => count.Exists).ShouldBe([false, true, false, true, true]);
    }

    [Fact]
    public async Task CountAsync_AskedAgainAndAgain_LeavesTheMessagesInPlace()
    {
        await using VirtualHost host = await broker.CreateVirtualHostAsync(_cancellationToken);
        await DeclareAsync(host, "user_error", messages: 2, quorum: true);

        for (int time = 0; time < 25; time++)
            (await Inspector(host.Address).CountAsync(["user_error"], _cancellationToken)).Single().Messages.ShouldBe(2);

        await using IConnection connection = await ConnectAsync(host);
        await using IChannel channel = await connection.CreateChannelAsync(cancellationToken: _cancellationToken);
        BasicGetResult? first = await channel.BasicGetAsync("user_error", autoAck: false, _cancellationToken);
        first.ShouldNotBeNull().Redelivered.ShouldBeFalse();
    }

    [Fact]
    public async Task CountAsync_NoQueues_AnswersWithoutTheBroker() =>
        (await Inspector(new Uri("amqp://127.0.0.1:1/")).CountAsync([], _cancellationToken)).ShouldBeEmpty();

    [Theory]
    [InlineData("")]
    [InlineData("é", 128)]
    public async Task CountAsync_NameThatNoQueueCanHave_NamesTheArgument(string part, int times = 1)
    {
        string name = string.Concat(Enumerable.Repeat(part, times));

        ArgumentException refused = await Should.ThrowAsync<ArgumentException>(
            () => Inspector(broker.Address).CountAsync(["fine", name], _cancellationToken));

        refused.ParamName.ShouldBe("queues");
    }

    [Fact]
    public async Task CountAsync_NothingListening_SaysWhereAndKeepsThePassword()
    {
        DeadLetterAccessException unreachable = await Should.ThrowAsync<DeadLetterAccessException>(
            () => Inspector(new Uri("amqp://guest:secret@127.0.0.1:1/orders")).CountAsync(["user_error"], _cancellationToken));

        unreachable.Message.ShouldContain("amqp://127.0.0.1:1/orders");
        unreachable.ToString().ShouldNotContain("secret");
    }

    [Fact]
    public async Task CountAsync_WrongPassword_SaysSo()
    {
        Uri address = new UriBuilder(broker.Address) { Password = "wrong-secret" }.Uri;

        DeadLetterAccessException refused = await Should.ThrowAsync<DeadLetterAccessException>(
            () => Inspector(address).CountAsync(["user_error"], _cancellationToken));

        refused.Message.ShouldContain("ACCESS_REFUSED");
        refused.ToString().ShouldNotContain("wrong-secret");
    }

    [Fact]
    public async Task CountAsync_MissingVirtualHost_SaysSo()
    {
        Uri address = new UriBuilder(broker.Address) { Path = "no-such-host" }.Uri;

        DeadLetterAccessException refused = await Should.ThrowAsync<DeadLetterAccessException>(
            () => Inspector(address).CountAsync(["user_error"], _cancellationToken));

        refused.Message.ShouldContain("no-such-host");
    }

    [Fact]
    public async Task CountAsync_QueueOfAnotherConnection_IsRefusedAndNotTakenForMissing()
    {
        await using VirtualHost host = await broker.CreateVirtualHostAsync(_cancellationToken);
        await using IConnection owner = await ConnectAsync(host);
        await using IChannel channel = await owner.CreateChannelAsync(cancellationToken: _cancellationToken);
        await channel.QueueDeclareAsync("mine_error", exclusive: true, cancellationToken: _cancellationToken);

        DeadLetterAccessException refused = await Should.ThrowAsync<DeadLetterAccessException>(
            () => Inspector(host.Address).CountAsync(["mine_error"], _cancellationToken));

        refused.Message.ShouldContain("RESOURCE_LOCKED");
    }

    [Fact]
    public async Task CountAsync_CallerGivesUp_IsCancelled()
    {
        using CancellationTokenSource gone = new();
        await gone.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => Inspector(broker.Address).CountAsync(["user_error"], gone.Token));
    }

    private static DeadLetterInspector Inspector(Uri address) =>
        new(DeadLetterAccess.From(new() { Broker = address, UseManagement = false }, TimeProvider.System), PeekCache.None(TimeProvider.System));

    private async Task DeclareAsync(VirtualHost host, string queue, int messages, bool quorum = false)
    {
        await using IConnection connection = await ConnectAsync(host);
        CreateChannelOptions confirmed = new(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true);
        await using IChannel channel = await connection.CreateChannelAsync(confirmed, _cancellationToken);
        Dictionary<string, object?>? arguments = quorum ? new(StringComparer.Ordinal) { ["x-queue-type"] = "quorum" } : null;
        await channel.QueueDeclareAsync(
            queue, durable: true, exclusive: false, autoDelete: false, arguments, cancellationToken: _cancellationToken);
        for (int message = 0; message < messages; message++)
            await channel.BasicPublishAsync("", queue, mandatory: true, new byte[] { 1 }, _cancellationToken);
    }

    private Task<IConnection> ConnectAsync(VirtualHost host) =>
        new ConnectionFactory { Uri = host.Address, AutomaticRecoveryEnabled = false }.CreateConnectionAsync(_cancellationToken);
}
