using HaptiTalk.Messaging.Resilience.Brokers;

namespace HaptiTalk.Demo.Tests;

/// <summary>The whole story, on both transports: every expectation is measured in the run itself.</summary>
public sealed class StoryTests(BrokerFixture broker)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Once_InMemory_HoldsEveryExpectation()
    {
        DemoProcess demo = await DemoProcess.RunAsync(["--once"], Token);

        demo.ExitCode.ShouldBe(0, demo.Output);
        demo.Output.ShouldContain("messages left in _error");
        demo.Output.ShouldNotContain("BROKEN");
    }

    [Fact]
    public async Task Once_OnRabbitMq_HoldsEveryExpectation()
    {
        await using VirtualHost host = await broker.CreateVirtualHostAsync(Token);

        DemoProcess demo = await DemoProcess.RunAsync(["--once", "--broker", host.Address.ToString()], Token);

        demo.ExitCode.ShouldBe(0, demo.Output);
        demo.Output.ShouldNotContain("BROKEN");
    }
}
