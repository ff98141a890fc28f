using System.Runtime.Versioning;
using System.Text;
using System.Text.Json;
using HaptiTalk.Messaging.Resilience.Brokers;

namespace HaptiTalk.Messaging.Resilience.Tool.Tests.DeadLetters;

/// <summary>Discarding, exporting and importing.</summary>
public sealed class RemovingTests(BrokerFixture broker)
{
    [Fact]
    public async Task Discard_AsManyAsExpected_AreWrittenAndRemoved()
    {
        await using DeadLetterHost host = await DeadLetterHost.CreateAsync(broker, failures: 4);

        Run run = await host.RunAsync("discard", "user_error", "--exception", "ConflictException", "--expect", "2", "--export", "gone.jsonl");

        run.Code.ShouldBe(0, run.Error);
        run.Output.ShouldContain("2 messages of 'user_error' removed, 2 written to 'gone.jsonl' before.");
        (await host.CountAsync("user_error")).ShouldBe(2);
        File.ReadLines(host.PathOf("gone.jsonl")).Count().ShouldBe(2);
    }

    [Fact]
    public async Task Discard_AnotherNumber_RemovesNothingAndLeavesNoFile()
    {
        await using DeadLetterHost host = await DeadLetterHost.CreateAsync(broker, failures: 4);

        Run run = await host.RunAsync("discard", "user_error", "--expect", "3", "--export", "gone.jsonl");

        run.Code.ShouldBe(5);
        run.Error.ShouldContain("3 were expected");
        (await host.CountAsync("user_error")).ShouldBe(4);
        File.Exists(host.PathOf("gone.jsonl")).ShouldBeFalse();
    }

    [Fact]
    public async Task Discard_WithoutExport_IsSaidInJson()
    {
        await using DeadLetterHost host = await DeadLetterHost.CreateAsync(broker, failures: 2);

        Run run = await host.RunAsync("discard", "user_error", "--expect", "2", "--without-export", "--json");

        run.Code.ShouldBe(0, run.Error);
        run.Output.Trim().ShouldBe("""{"queue":"user_error","found":2,"discarded":2,"exported":0,"problem":null}""");
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public async Task Export_IntoAFile_IsReadableForItsOwnerAlone()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such modes.");
        await using DeadLetterHost host = await DeadLetterHost.CreateAsync(broker, failures: 2);

        await host.RunAsync("export", "user_error", "all.jsonl");
        await host.RunAsync("discard", "user_error", "--expect", "2", "--export", "gone.jsonl");

        foreach (string file in (string[])["all.jsonl", "gone.jsonl"])
            File.GetUnixFileMode(host.PathOf(file)).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    [Fact]
    public async Task Export_ThenImport_BringsBackTheSame()
    {
        await using DeadLetterHost host = await DeadLetterHost.CreateAsync(broker, failures: 3);
        await host.DeclareAsync("other_error");

        Run export = await host.RunAsync("export", "user_error", "all.jsonl", "--drain");
        Run import = await host.RunAsync("import", "all.jsonl", "other_error", "--skip-lines", "1");
        Run back = await host.RunAsync("import", "all.jsonl", "--json");

        export.Code.ShouldBe(0, export.Error);
        export.Output.ShouldContain("3 messages of 'user_error' written to 'all.jsonl', 3 of them removed from the queue.");
        import.Output.ShouldContain("2 messages imported.");
        back.Json.GetProperty("imported").GetInt64().ShouldBe(3);
        (await host.CountAsync("user_error")).ShouldBe(3);
        (await host.TakeAllAsync("other_error")).Select(message => Encoding.UTF8.GetString(message.Body.Span))
            .ShouldBe(["""{"number":2}""", """{"number":3}"""]);
    }

    [Fact]
    public async Task Export_ToTheOutput_IsAloneThere()
    {
        await using DeadLetterHost host = await DeadLetterHost.CreateAsync(broker, failures: 2);
        await host.DeclareAsync("other_error");
        using MemoryStream output = new();

        Run export = await host.RunAsync(environment => environment with { OpenOutput = () => output }, ["export", "user_error", "-", "--message-type", "GetUser"]);
        Run import = await host.RunAsync(environment => environment with { OpenInput = () => new MemoryStream(output.ToArray()) }, ["import", "-", "other_error"]);

        export.Code.ShouldBe(0, export.Error);
        export.Output.ShouldBeEmpty();
        export.Error.ShouldContain("1 message of 'user_error' written to the output.");
        JsonDocument.Parse(output.ToArray()).RootElement.GetProperty("body").GetString().ShouldBe("""{"number":1}""");
        import.Output.ShouldContain("1 message imported.");
        (await host.CountAsync("user_error")).ShouldBe(2);
    }

    [Fact]
    public async Task Export_FileThatIsThere_IsNotWrittenOver()
    {
        await using DeadLetterHost host = await DeadLetterHost.CreateAsync(broker, failures: 1);
        await File.WriteAllTextAsync(host.PathOf("all.jsonl"), "precious", TestContext.Current.CancellationToken);

        Run run = await host.RunAsync("export", "user_error", "all.jsonl", "--drain");

        run.Code.ShouldBe(1);
        (await File.ReadAllTextAsync(host.PathOf("all.jsonl"), TestContext.Current.CancellationToken)).ShouldBe("precious");
        (await host.CountAsync("user_error")).ShouldBe(1);
    }

    [Fact]
    public async Task Export_MissingQueue_LeavesNoFile()
    {
        await using DeadLetterHost host = await DeadLetterHost.CreateAsync(broker);

        Run run = await host.RunAsync("export", "missing_error", "all.jsonl");

        run.Code.ShouldBe(3);
        run.Error.ShouldContain("there is no queue of this name");
        File.Exists(host.PathOf("all.jsonl")).ShouldBeFalse();
    }

    [Fact]
    public async Task Import_ALineThatIsNone_EndsWith5AndSaysHowToGoOn()
    {
        await using DeadLetterHost host = await DeadLetterHost.CreateAsync(broker, failures: 1);
        await host.RunAsync("export", "user_error", "all.jsonl");
        await File.AppendAllTextAsync(host.PathOf("all.jsonl"), "nonsense\n", TestContext.Current.CancellationToken);

        Run run = await host.RunAsync("import", "all.jsonl", "user_error");

        run.Code.ShouldBe(5);
        run.Error.ShouldContain("line 2");
        run.Error.ShouldContain("--skip-lines 1");
        (await host.CountAsync("user_error")).ShouldBe(2);
    }

    [Fact]
    public async Task Import_FileThatIsNotThere_EndsWith1()
    {
        await using DeadLetterHost host = await DeadLetterHost.CreateAsync(broker);

        (await host.RunAsync("import", "nothing.jsonl", "user_error")).Code.ShouldBe(1);
    }
}
