using System.Net;
using HaptiTalk.Messaging.Resilience.Brokers;
using static HaptiTalk.Messaging.Resilience.Tests.DeadLetterApplication;

namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>Throwing a real broker's dead letters away over HTTP.</summary>
public sealed class DiscardingTests(BrokerFixture fixture) : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("discards-");

    private string Exports => Path.Combine(_directory.FullName, "below");

    [Fact]
    public async Task Post_Discard_WritesAFileAndRemoves()
    {
        await using DeadLetterApplication host = await StartAsync(fixture, options => options.DeadLetterExports = Exports);
        await host.Broker.FillAsync("a/../b", messages: 5);

        Answer answer = (await host.PostAsync($"/{Name("a/../b_error")}/discards", """{"ids":["message-2","message-4"],"expectedCount":2,"reason":"test data"}""")).ShouldBeOk();

        FileInfo file = new DirectoryInfo(Exports).GetFiles().ShouldHaveSingleItem();
        answer.Json["file"]!.GetValue<string>().ShouldBe(file.Name);
        answer.Json["discarded"]!.GetValue<long>().ShouldBe(2);
        file.UnixFileMode.ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        (await File.ReadAllLinesAsync(file.FullName, TestContext.Current.CancellationToken)).Length.ShouldBe(2);
        (await host.Broker.CountAsync("a/../b_error")).ShouldBe(3u);
        (await host.Application.GetJsonAsync("/resilience/audit"))[0]!["after"]!.GetValue<string>().ShouldBe($"2 discarded, exported to {file.Name}");
    }

    [Fact]
    public async Task Post_WrongCount_RemovesNothingAndLeavesNoFile()
    {
        await using DeadLetterApplication host = await StartAsync(fixture, options => options.DeadLetterExports = Exports);
        await host.Broker.FillAsync(messages: 5);

        (await host.PostAsync("/user_error/discards", """{"select":{},"expectedCount":4}""")).ShouldBeProblem(HttpStatusCode.Conflict).Detail.ShouldContain("4 were expected");

        (await host.Broker.CountAsync("user_error")).ShouldBe(5u);
        new DirectoryInfo(Exports).GetFiles().ShouldBeEmpty();
        (await host.Application.GetJsonAsync("/resilience/audit")).AsArray().ShouldBeEmpty();
    }

    [Fact]
    public async Task Post_HostWithoutADirectory_RefusesUnlessNoExportIsWanted()
    {
        await using DeadLetterApplication host = await StartAsync(fixture);
        await host.Broker.FillAsync(messages: 1);

        (await host.PostAsync("/user_error/discards", """{"select":{},"expectedCount":1}""")).ShouldBeProblem(HttpStatusCode.BadRequest)
            .Errors["withoutExport"].ShouldContain("DeadLetterExports");
        (await host.Broker.CountAsync("user_error")).ShouldBe(1u);
        (await host.PostAsync("/user_error/discards", """{"select":{},"expectedCount":1,"withoutExport":true}""")).ShouldBeOk();
        (await host.Broker.CountAsync("user_error")).ShouldBe(0u);
    }

    [Fact]
    public async Task Post_Stream_SaysThatNothingLeavesIt()
    {
        await using DeadLetterApplication host = await StartAsync(fixture);
        await host.Broker.DeclareAsync("user_error", "stream");
        await host.Broker.PublishAsync("user_error", BrokerWithDeadLetters.Failed(1));

        (await host.PostAsync("/user_error/discards", """{"select":{},"expectedCount":1,"withoutExport":true}""")).ShouldBeProblem(HttpStatusCode.Conflict).Detail.ShouldContain("stream");
    }

    [Fact]
    public async Task Post_DirectoryThatIsNone_RemovesNothing()
    {
        string file = Path.Combine(_directory.FullName, "file");
        await File.WriteAllTextAsync(file, "", TestContext.Current.CancellationToken);
        await using DeadLetterApplication host = await StartAsync(fixture, options => options.DeadLetterExports = file);
        await host.Broker.FillAsync(messages: 1);

        (await host.PostAsync("/user_error/discards", """{"select":{},"expectedCount":1}""")).ShouldBeProblem(HttpStatusCode.InsufficientStorage).Detail.ShouldContain("Nothing was removed");

        (await host.Broker.CountAsync("user_error")).ShouldBe(1u);
    }

    [Theory]
    [InlineData("{}", "select", "expectedCount", "withoutExport")]
    [InlineData("""{"select":{},"expectedCount":0,"withoutExport":1,"count":1}""", "expectedCount", "withoutExport", "count")]
    public async Task Post_WrongBody_NamesAllThatIsWrong(string json, params string[] fields)
    {
        await using DeadLetterApplication host = await StartAsync(fixture);

        (await host.PostAsync("/user_error/discards", json)).ShouldBeProblem(HttpStatusCode.BadRequest).Errors.Keys.ShouldBe(fields, ignoreOrder: true);
    }

    public void Dispose() => _directory.Delete(recursive: true);
}
