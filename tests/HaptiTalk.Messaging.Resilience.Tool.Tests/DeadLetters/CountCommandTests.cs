using System.Text.Json;
using HaptiTalk.Messaging.Resilience.Brokers;
using RabbitMQ.Client;

namespace HaptiTalk.Messaging.Resilience.Tool.Tests.DeadLetters;

public sealed class CountCommandTests(BrokerFixture broker)
{
    private const string LongName = "a-service-with-a-rather-long-name-that-no-terminal-of-eighty-columns-can-show-in-one-line_error";

    private readonly CancellationToken _cancellationToken = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Count_FilledEmptyAndMissingQueues_WritesATableWithWholeNames()
    {
        await using VirtualHost host = await HostWithQueuesAsync();

        Run run = await Run.OfAsync(
            null, "dead-letters", "count", "user_error", LongName, "missing_error", "--broker", host.Address.ToString());

        run.Code.ShouldBe(0, run.Error);
        Row(run, "user_error").ShouldEndWith("2 │");
        Row(run, LongName).ShouldEndWith("0 │");
        Row(run, "missing_error").ShouldEndWith("no such queue │");
    }

    [Fact]
    public async Task Count_Json_WritesOneObjectForEachQueue()
    {
        await using VirtualHost host = await HostWithQueuesAsync();

        Run run = await Run.OfAsync(host.Address.ToString(), "dead-letters", "count", "user_error", "missing_error", "--json");

        run.Code.ShouldBe(0, run.Error);
        using JsonDocument json = JsonDocument.Parse(run.Output);
        json.RootElement.EnumerateArray().Select(count => count.GetRawText()).ShouldBe(
        [
            """{"queue":"user_error","messages":2,"exists":true}""",
            """{"queue":"missing_error","messages":null,"exists":false}""",
        ]);
    }

    [Fact]
    public async Task Count_BrokerGivenTwice_TheOptionBeatsTheEnvironment()
    {
        await using VirtualHost host = await HostWithQueuesAsync();

        Run run = await Run.OfAsync("amqp://127.0.0.1:1/", "dead-letters", "count", "user_error", "--broker", host.Address.ToString());

        run.Code.ShouldBe(0, run.Error);
    }

    [Fact]
    public async Task Count_NothingListening_EndsWith3AndKeepsThePassword()
    {
        Run run = await Run.OfAsync("amqp://user:hidden@127.0.0.1:1/orders", "dead-letters", "count", "user_error");

        run.Code.ShouldBe(3);
        run.Error.ShouldContain("amqp://127.0.0.1:1/orders");
        (run.Output + run.Error).ShouldNotContain("hidden");
    }

    [Theory]
    [InlineData("No broker", "dead-letters", "count", "user_error")]
    [InlineData("--broker is not a broker's address", "dead-letters", "count", "a_error", "--broker", "http://user:hidden@rabbit.example")]
    [InlineData("queue", "dead-letters", "count", "--broker", "amqp://rabbit.example")]
    [InlineData("must not be empty", "dead-letters", "count", "", "--broker", "amqp://rabbit.example")]
    [InlineData("'--jsno'", "dead-letters", "count", "user_error", "--jsno", "--broker", "amqp://rabbit.example")]
    [InlineData("'cuont'", "dead-letters", "cuont", "user_error")]
    public async Task Run_WrongArguments_EndsWith2AndSaysWhatIsWrong(string expected, params string[] arguments)
    {
        Run run = await Run.OfAsync(null, arguments);

        run.Code.ShouldBe(2);
        run.Error.ShouldContain(expected);
        (run.Output + run.Error).ShouldNotContain("hidden");
    }

    [Fact]
    public async Task Run_WrongAddressInTheEnvironment_NamesTheVariable()
    {
        Run run = await Run.OfAsync("rabbit:hidden", "dead-letters", "count", "user_error");

        run.Code.ShouldBe(2);
        run.Error.ShouldContain("HAPTITALK_BROKER");
        (run.Output + run.Error).ShouldNotContain("hidden");
    }

    [Fact]
    public async Task Help_OfCount_ListsTheExitCodesWithoutThePassword()
    {
        Run run = await Run.OfAsync("amqp://user:hidden@127.0.0.1:1/", "dead-letters", "count", "--help");

        run.Code.ShouldBe(0);
        foreach (string code in (string[])["0  answered", "2  wrong arguments", "3  the broker"])
            run.Output.ShouldContain(code);
        run.Output.ShouldNotContain("hidden");
    }

    private static string Row(Run run, string queue) =>
        run.Output.Split('\n').Single(line => line.Contains($" {queue} ", StringComparison.Ordinal)).TrimEnd();

    private async Task<VirtualHost> HostWithQueuesAsync()
    {
        VirtualHost host = await broker.CreateVirtualHostAsync(_cancellationToken);
        await using IConnection connection = await new ConnectionFactory { Uri = host.Address }.CreateConnectionAsync(_cancellationToken);
        CreateChannelOptions confirmed = new(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true);
        await using IChannel channel = await connection.CreateChannelAsync(confirmed, _cancellationToken);
        foreach (string queue in (string[])["user_error", LongName])
            await channel.QueueDeclareAsync(
                queue, durable: true, exclusive: false, autoDelete: false, cancellationToken: _cancellationToken);
        for (int message = 0; message < 2; message++)
            await channel.BasicPublishAsync("", "user_error", mandatory: true, new byte[] { 1 }, _cancellationToken);
        return host;
    }
}
