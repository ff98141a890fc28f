using HaptiTalk.Messaging.Resilience.Brokers;

namespace HaptiTalk.Messaging.Resilience.RabbitMq.Tests.Brokers;

public sealed class BrokerChoiceTests
{
    [Theory]
    [InlineData(null, "docker", "local")]
    [InlineData("", "docker", "local")]
    [InlineData("docker", "docker")]
    [InlineData("local", "local")]
    [InlineData("amqp://user:secret@rabbit.example:5673/vhost", "rabbit.example:5673")]
    public void From_AllowedValue_NamesWhatToTryInOrder(string? value, params string[] expected) =>
        BrokerChoice.From(value).Select(candidate => candidate.Name).ShouldBe(expected);

    [Theory]
    [InlineData("podman")]
    [InlineData("http://rabbit.example")]
    public void From_AnythingElse_NamesTheVariableAndWhatIsAllowed(string value)
    {
        BrokerUnavailableException refused = Should.Throw<BrokerUnavailableException>(() => BrokerChoice.From(value));

        refused.Message.ShouldContain(BrokerChoice.Variable);
        refused.Message.ShouldContain(value);
        refused.Message.ShouldContain("'docker', 'local', an amqp:// address");
    }

    [Fact]
    public async Task FirstAsync_NothingWorks_SaysWhatWasTriedAndWhatToDo()
    {
        BrokerCandidate[] candidates =
        [
            new("docker", _ => throw new InvalidOperationException("no engine")),
            new("local", _ => throw new InvalidOperationException("no server")),
        ];

        BrokerUnavailableException none = await Should.ThrowAsync<BrokerUnavailableException>(
            () => BrokerStart.FirstAsync(candidates, nodes: 1, TestContext.Current.CancellationToken));

        none.Message.ShouldContain("docker: no engine");
        none.Message.ShouldContain("local: no server");
        none.Message.ShouldContain("install");
    }

    [Fact]
    public async Task KillAsync_ExternalBroker_SaysWhichBrokersCanBeKilled()
    {
        await using IBroker external = BrokerChoice.From("amqp://rabbit.example").Single().Create(1)[0];

        NotSupportedException refused = await Should.ThrowAsync<NotSupportedException>(
            () => external.KillAsync(TestContext.Current.CancellationToken));

        refused.Message.ShouldContain("rabbit.example");
        refused.Message.ShouldContain("HAPTITALK_TEST_BROKER=docker");
    }

    [Fact]
    public async Task BlockAsync_ExternalBroker_SaysWhichBrokersCanBeBlocked()
    {
        await using IBroker external = BrokerChoice.From("amqp://rabbit.example").Single().Create(1)[0];

        NotSupportedException refused = await Should.ThrowAsync<NotSupportedException>(
            () => external.BlockAsync(TestContext.Current.CancellationToken));

        refused.Message.ShouldContain("rabbit.example");
        refused.Message.ShouldContain("HAPTITALK_TEST_BROKER=docker");
    }

    [Fact]
    public void Create_SeveralNodesOfAnExternalBroker_SaysWhichBrokersHaveSome()
    {
        BrokerUnavailableException refused = Should.Throw<BrokerUnavailableException>(() => BrokerChoice.From("amqp://rabbit.example").Single().Create(3));

        refused.Message.ShouldContain("HAPTITALK_TEST_BROKER=docker");
    }
}
