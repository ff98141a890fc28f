namespace HaptiTalk.Messaging.Resilience.Tool.Tests;

public sealed class CommandLineTests
{
    [Theory]
    [InlineData("queue", "count", "--broker", "amqp://rabbit.example")]
    [InlineData("must not be empty", "count", "")]
    [InlineData("'--jsno'", "count", "user_error", "--jsno")]
    [InlineData("'cuont'", "cuont", "user_error")]
    [InlineData("--take: a whole number from 1 to 1000", "peek", "q", "--take", "0")]
    [InlineData("--scan: a whole number", "search", "q", "--scan", "many")]
    [InlineData("some of exception,message", "summary", "q", "--by", "colour")]
    [InlineData("--rate: 0.001 to 1,000,000 a second, such as 50/s", "replay", "q", "--rate", "fast")]
    [InlineData("--rate: 0.001 to 1,000,000 a second, such as 50/s", "replay", "q", "--rate", "0.0001")]
    [InlineData("--batches: nothing, or sizes", "replay", "q", "--batches=1,none")]
    [InlineData("--abandoned-requests: skip, without-reply or as-is", "replay", "q", "--abandoned-requests", "maybe")]
    [InlineData("--from: 2026-", "search", "q", "--from", "yesterday")]
    [InlineData("--header: a name", "search", "q", "--header", "=x")]
    [InlineData("give exactly one --id", "replay", "q", "--edit-body", "file")]
    [InlineData("--set-header: name=value", "replay", "q", "--id", "1", "--set-header", "nothing")]
    [InlineData("--rate has no meaning", "replay", "q", "--id", "1", "--set-header", "a=b", "--rate", "1/s")]
    [InlineData("'--expect' is required", "discard", "q", "--without-export")]
    [InlineData("--export with a file, or --without-export", "discard", "q", "--expect", "1")]
    [InlineData("--export with a file, or --without-export", "discard", "q", "--expect", "1", "--export", "f", "--without-export")]
    [InlineData("--interval: a time", "watch", "--interval", "1ms")]
    public async Task Run_WrongArguments_EndsWith2AndSaysWhatIsAllowed(string expected, params string[] arguments)
    {
        Run run = await Run.OfAsync(["dead-letters", .. arguments]);

        run.Code.ShouldBe(2);
        run.Error.ShouldContain(expected);
        run.Error.ShouldContain("See: haptitalk-resilience dead-letters");
        run.Output.ShouldBeEmpty();
    }

    [Fact]
    public async Task Run_MistypedOption_DoesNotRepeatThePasswordBehindItNorWhatSteersATerminal()
    {
        Run run = await Run.OfAsync("dead-letters", "peek", "user_error", "--brokr", "amqp://user:hidden@rabbit.example/\u001b[2J");

        run.Code.ShouldBe(2);
        run.Error.ShouldContain("--broker");
        run.Error.ShouldContain("amqp://user:…@rabbit.example");
        run.Everything.ShouldNotContain("hidden");
        run.Everything.ShouldNotContain("\u001b");
    }

    [Fact]
    public async Task Run_TextThatBeginsWithAt_IsNoFileOfArguments()
    {
        Run run = await Run.OfAsync("dead-letters", "search", "user_error", "--body", "@nothing");

        run.Error.ShouldContain("No broker");
    }

    [Fact]
    public async Task Help_OfEveryCommand_ListsTheExitCodesWithoutThePassword()
    {
        foreach (string command in (string[])["count", "list", "replay"])
        {
            Run run = await Run.OfAsync(static environment => environment with { Variable = static _ => "amqp://user:hidden@host/" }, ["dead-letters", command, "--help"]);

            run.Code.ShouldBe(0);
            foreach ((int code, string meaning) in ExitCode.All)
                run.Output.ShouldContain($"  {code,-4} {meaning}");
            run.Output.ShouldNotContain("hidden");
        }
    }
}
