namespace HaptiTalk.Demo.Tests;

public sealed class CommandLineTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("--broker", "not-an-address", "amqp://user:password@host:port/vhost")]
    [InlineData("--broker", "amqp://demo:secret@localhost:0/", "port")]
    [InlineData("--once", "--serve", "give only one of them")]
    [InlineData("--onse", "", "--onse")]
    public async Task Run_BadArguments_SaysWhatIsAllowedAndEndsWith2(string first, string second, string expected)
    {
        DemoProcess demo = await DemoProcess.RunAsync([first, .. second.Length > 0 ? [second] : Array.Empty<string>()], Token);

        demo.ExitCode.ShouldBe(2, demo.Output);
        demo.Output.ShouldContain(expected);
        demo.Output.ShouldNotContain("secret");
    }

    [Fact]
    public async Task Run_BrokerIsNotThere_SaysSoInTimeAndEndsWith3()
    {
        DemoProcess demo = await DemoProcess.RunAsync(["--once", "--broker", "amqp://demo:secret@127.0.0.1:1/"], Token);

        demo.ExitCode.ShouldBe(3, demo.Output);
        demo.Output.ShouldContain("127.0.0.1:1");
        demo.Output.ShouldNotContain("secret");
    }
}
