using System.Text;
using HaptiTalk.Messaging.Resilience.Brokers;

namespace HaptiTalk.Messaging.Resilience.Tool.Tests.DeadLetters;

public sealed class ReplayCommandTests(BrokerFixture broker)
{
    [Fact]
    public async Task Replay_DryRun_SaysWhatWouldHappenAndDoesNothing()
    {
        await using DeadLetterHost host = await DeadLetterHost.CreateAsync(broker, failures: 3);

        Run table = await host.RunAsync("replay", "user_error", "--exception", "TimeoutException", "--dry-run");
        Run json = await host.RunAsync("replay", "user_error", "--dry-run", "--json");

        table.Code.ShouldBe(0, table.Error);
        table.Output.ShouldContain("would replay │        2 │");
        table.Output.ShouldContain("user        │        2 │");
        json.Json.GetProperty("outcomes").GetRawText().ShouldBe("""{"wouldReplay":3}""");
        (await host.CountAsync("user_error")).ShouldBe(3);
    }

    [Fact]
    public async Task Replay_NobodyToAskAndNoYes_RefusesWith6()
    {
        await using DeadLetterHost host = await DeadLetterHost.CreateAsync(broker, failures: 1);

        Run run = await host.RunAsync("replay", "user_error");

        run.Code.ShouldBe(6);
        run.Error.ShouldContain("--yes");
        (await host.CountAsync("user_error")).ShouldBe(1);
    }

    [Theory]
    [InlineData("y\n", 0, 0)]
    [InlineData("YES\n", 0, 0)]
    [InlineData("n\n", 6, 2)]
    [InlineData("\n", 6, 2)]
    [InlineData("", 6, 2)]
    public async Task Replay_AnswerAtATerminal_Decides(string answer, int code, int left)
    {
        await using DeadLetterHost host = await DeadLetterHost.CreateAsync(broker, failures: 2);

        Run run = await host.RunAsync(
            environment => environment with { Input = new StringReader(answer), IsInputTerminal = true, IsErrorTerminal = true }, ["replay", "user_error"]);

        run.Code.ShouldBe(code, run.Error);
        run.Error.ShouldContain("Replay 2 messages of 'user_error'? [y/N]");
        (await host.CountAsync("user_error")).ShouldBe(left);
    }

    [Fact]
    public async Task Replay_Yes_MovesThemAndReports()
    {
        await using DeadLetterHost host = await DeadLetterHost.CreateAsync(broker, failures: 3);

        Run run = await host.RunAsync("replay", "user_error", "--yes");

        run.Code.ShouldBe(0, run.Error);
        run.Output.ShouldContain("replayed  │        3 │");
        run.Output.ShouldContain("may be in both queues 0");
        run.Output.ShouldContain("ended                 completed");
        (await host.CountAsync("user")).ShouldBe(3);
    }

    [Fact]
    public async Task Replay_SelectionLimitAndTarget_DoWhatTheySay()
    {
        await using DeadLetterHost host = await DeadLetterHost.CreateAsync(broker, failures: 6);
        await host.DeclareAsync("elsewhere");

        Run run = await host.RunAsync(
            "replay", "user_error", "--yes", "--message-type", "GetUser", "--limit", "2", "--to", "elsewhere", "--rate", "6000/m", "--json");

        run.Code.ShouldBe(0, run.Error);
        run.Json.GetProperty("targets").GetRawText().ShouldBe("""{"elsewhere":2}""");
        run.Json.GetProperty("possibleDuplicates").GetInt64().ShouldBe(0);
        (await host.TakeAllAsync("elsewhere")).Select(message => message.BasicProperties.MessageId).ShouldBe(["message-1", "message-3"]);
        (await host.CountAsync("user_error")).ShouldBe(4);
    }

    [Fact]
    public async Task Replay_TargetThatIsNotThere_KeepsThemAndEndsWith5()
    {
        await using DeadLetterHost host = await DeadLetterHost.CreateAsync(broker, failures: 2);

        Run run = await host.RunAsync("replay", "user_error", "--yes", "--to", "nowhere");

        run.Code.ShouldBe(5);
        run.Output.ShouldContain("target missing │        2 │");
        run.Output.ShouldContain("there is no queue 'nowhere'");
        (await host.CountAsync("user_error")).ShouldBe(2);
    }

    [Fact]
    public async Task Replay_BatchThatNobodyConsumesIsStopped_ReportsWhatWasDone()
    {
        await using DeadLetterHost host = await DeadLetterHost.CreateAsync(broker, failures: 4);
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);

        Task<Run> running = host.RunAsync(
            static environment => environment, ["replay", "user_error", "--yes", "--batches=1,2", "--settle", "0s", "--max-returned", "10%"], stop.Token);
        await host.WaitForAsync("user", messages: 1);
        await stop.CancelAsync();
        Run run = await running;

        run.Code.ShouldBe(130, run.Error);
        run.Output.ShouldContain("replayed  │        1 │");
        run.Output.ShouldContain("ended                 cancelled");
        (await host.CountAsync("user_error")).ShouldBe(3);
    }

    [Fact]
    public async Task Replay_StoppedAtTheQuestion_EndsAtOnceWith130()
    {
        await using DeadLetterHost host = await DeadLetterHost.CreateAsync(broker, failures: 1);
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        using SilentReader silent = new(stop);

        Run run = await host.RunAsync(
            environment => environment with { Input = silent, IsInputTerminal = true, IsErrorTerminal = true }, ["replay", "user_error"], stop.Token);

        run.Code.ShouldBe(130, run.Error);
        (await host.CountAsync("user_error")).ShouldBe(1);
    }

    [Fact]
    public async Task Replay_AnEditedMessage_HasTheNewBodyAndHeaders()
    {
        await using DeadLetterHost host = await DeadLetterHost.CreateAsync(broker, failures: 2);
        await File.WriteAllTextAsync(host.PathOf("body.json"), """{"number":"안녕"}""", TestContext.Current.CancellationToken);

        Run run = await host.RunAsync(
            "replay", "user_error", "--yes", "--id", "message-2", "--edit-body", "body.json", "--set-header", "note=a=b", "--remove-header", "tenant");

        run.Code.ShouldBe(0, run.Error);
        var edited = (await host.TakeAllAsync("user")).ShouldHaveSingleItem();
        Encoding.UTF8.GetString(edited.Body.Span).ShouldBe("""{"number":"안녕"}""");
        Encoding.UTF8.GetString((byte[])edited.BasicProperties.Headers!["note"]!).ShouldBe("a=b");
        edited.BasicProperties.Headers.ShouldNotContainKey("tenant");
        (await host.CountAsync("user_error")).ShouldBe(1);
    }

    [Fact]
    public async Task Replay_AHeaderAlone_KeepsTheBody()
    {
        await using DeadLetterHost host = await DeadLetterHost.CreateAsync(broker, failures: 1);

        Run run = await host.RunAsync("replay", "user_error", "--yes", "--id", "message-1", "--set-header", "note=b");

        run.Code.ShouldBe(0, run.Error);
        var edited = (await host.TakeAllAsync("user")).ShouldHaveSingleItem();
        Encoding.UTF8.GetString(edited.Body.Span).ShouldBe("""{"number":1}""");
    }

    [Fact]
    public async Task Replay_AnEditThatIsNoJson_ChangesNothing()
    {
        await using DeadLetterHost host = await DeadLetterHost.CreateAsync(broker, failures: 1);
        await File.WriteAllTextAsync(host.PathOf("body.txt"), "no JSON", TestContext.Current.CancellationToken);

        Run run = await host.RunAsync("replay", "user_error", "--yes", "--id", "message-1", "--edit-body", "body.txt");

        run.Code.ShouldBe(2);
        run.Error.ShouldContain("JSON");
        run.Error.ShouldNotContain("Parameter");
        (await host.CountAsync("user_error")).ShouldBe(1);
    }

    [Fact]
    public async Task Replay_NearTheDeliveryLimit_AsksUnseenStopsAndGoesOnWhereThatIsSaid()
    {
        await using DeadLetterHost host = await DeadLetterHost.CreateAsync(broker);
        await host.DeclareAsync("user");
        await host.DeclareAsync("user_error", "quorum", ("x-delivery-limit", 4));
        await host.FailAsync("user_error", 2);
        await host.RejectAsync("user_error");

        Run asked = await host.RunAsync(
            environment => environment with { Input = new StringReader("n\n"), IsInputTerminal = true, IsErrorTerminal = true }, ["replay", "user_error"]);
        Run stopped = await host.RunAsync("replay", "user_error", "--yes");
        Run risked = await host.RunAsync("replay", "user_error", "--yes", "--despite-delivery-limit");

        asked.Code.ShouldBe(6);
        asked.Error.ShouldContain("No preview is possible: ");
        asked.Error.ShouldContain("Replay what fits, unseen, of 'user_error'? [y/N]");
        stopped.Code.ShouldBe(5);
        stopped.Output.ShouldContain("near delivery limit");
        risked.Code.ShouldBe(0, risked.Error);
        (await host.CountAsync("user")).ShouldBe(2);
    }

    [Fact]
    public async Task Replay_AnIdThatIsNotThere_EndsWith7()
    {
        await using DeadLetterHost host = await DeadLetterHost.CreateAsync(broker, failures: 1);

        (await host.RunAsync("replay", "user_error", "--yes", "--id", "nobody")).Code.ShouldBe(7);
        (await host.CountAsync("user_error")).ShouldBe(1);
    }

    /// <summary>A terminal where somebody presses Ctrl-C, and nothing else until the test is over.</summary>
    private sealed class SilentReader(CancellationTokenSource stop) : TextReader
    {
        private readonly ManualResetEventSlim _over = new();

        public override string? ReadLine()
        {
            stop.Cancel();
            _over.Wait(TimeSpan.FromSeconds(30));
            return "y";
        }

        protected override void Dispose(bool disposing)
        {
            _over.Set();
            base.Dispose(disposing);
        }
    }
}
