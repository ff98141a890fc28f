using System.Text.Json;
using HaptiTalk.Messaging.Resilience.Brokers;

namespace HaptiTalk.Messaging.Resilience.Tool.Tests.DeadLetters;

/// <summary>What is looked at is shown, found again by what is shown, and still there.</summary>
public sealed class LookingTests(BrokerFixture broker)
{
    [Theory]
    [InlineData(60)]
    [InlineData(80)]
    [InlineData(99)]
    [InlineData(300)]
    public async Task Looking_OnATerminalOfAnyWidth_ShowsEverythingWithinIt(int width)
    {
        await using DeadLetterHost host = await DeadLetterHost.CreateAsync(broker, failures: 2);

        foreach (string[] command in (string[][])[["list"], ["summary", "user_error"], ["peek", "user_error"], ["count", "user_error"]])
        {
            Run run = await host.RunAsync(environment => environment with { IsOutputTerminal = true, Width = width }, command);

            run.Code.ShouldBe(0, run.Error);
            run.Output.ShouldContain("user_error");
            run.Output.ShouldNotContain("…");
            run.Output.Split('\n').Max(static line => line.TrimEnd().Length).ShouldBeLessThanOrEqualTo(width, run.Output);
            if (command[0] != "count" && command[0] != "list")
                run.Output.ReplaceLineEndings(" ").ShouldContain("TimeoutException");
        }
    }

    [Fact]
    public async Task List_QueuesOfDeadLetters_ShowsEachWithTheBrokersVersion()
    {
        await using DeadLetterHost host = await DeadLetterHost.CreateAsync(broker, failures: 3);

        Run run = await host.RunAsync("list", "--growth", "10ms");

        run.Code.ShouldBe(0, run.Error);
        foreach (string column in (string[])["Queue", "Messages", "Kind", "Type", "Delivery limit", "Oldest", "Growth", "Look"])
            run.Output.ShouldContain(column);
        run.Output.ShouldContain("user_error");
        run.Output.ShouldContain("safe: closing the channel");
        run.Output.ShouldContain("0 /min");
        run.Output.ShouldContain(" ago ");
        run.Output.ShouldContain($"RabbitMQ {broker.Description.Split(' ', ',')[1]}, virtual host {host.VirtualHost}");
    }

    [Fact]
    public async Task List_Json_IsTheListing()
    {
        await using DeadLetterHost host = await DeadLetterHost.CreateAsync(broker, failures: 3);

        Run run = await host.RunAsync("list", "user_error", "missing_error", "--json");

        run.Code.ShouldBe(0, run.Error);
        run.Json.GetProperty("virtualHost").GetString().ShouldBe(host.VirtualHost);
        run.Json.GetProperty("queues").EnumerateArray()
            .Select(queue => $"{queue.GetProperty("name")} {queue.GetProperty("kind")} {queue.GetProperty("type")} {queue.GetProperty("messages")} {queue.GetProperty("peek").GetProperty("method")}")
            .ShouldBe(["user_error error classic 3 close", "missing_error error unknown  refuse"]);
    }

    [Fact]
    public async Task List_WithoutManagement_TellsToNameTheQueues()
    {
        await using DeadLetterHost host = await DeadLetterHost.CreateAsync(broker, failures: 1);

        Run unnamed = await host.RunAsync("list", "--no-management");
        Run named = await host.RunAsync("list", "user_error", "--no-management");

        unnamed.Code.ShouldBe(3);
        unnamed.Error.ShouldContain("name them (haptitalk-resilience dead-letters list user_error ...)");
        named.Code.ShouldBe(0, named.Error);
        named.Output.ShouldContain("user_error");
    }

    [Fact]
    public async Task Summary_Groups_AreFoundWithTheOptionsItNames()
    {
        await using DeadLetterHost host = await DeadLetterHost.CreateAsync(broker, failures: 5);
        await host.PublishAsync("user_error", (new() { MessageId = "bare" }, "?"u8.ToArray()));

        Run table = await host.RunAsync("summary", "user_error", "--by", "exception,consumer");
        Run json = await host.RunAsync("summary", "user_error", "--by", "exception,message,consumer,input,hour,fingerprint", "--json");

        table.Code.ShouldBe(0, table.Error);
        table.Output.ShouldContain("6 of 6 messages in 'user_error' looked at.");
        json.Json.GetProperty("by").EnumerateArray().Select(by => by.GetString())
            .ShouldBe(["exceptionType", "messageType", "consumer", "inputQueue", "hour", "fingerprint"]);
        (string Group, int Matches)[] groups =
        [
            ("--exception System.TimeoutException --consumer App.UserConsumer", 3),
            ("--exception App.ConflictException --consumer App.UserConsumer", 2),
            ("--without exception,consumer", 1),
        ];
        foreach ((string group, int matches) in groups)
        {
            table.Output.ShouldContain($" {group} ");
            Run found = await host.RunAsync(["search", "user_error", .. group.Split(' '), "--json"]);
            found.Json.GetProperty("matches").GetInt32().ShouldBe(matches, group);
        }
    }

    [Fact]
    public async Task Peek_Page_ShowsThoseMessagesAndKeepsThem()
    {
        await using DeadLetterHost host = await DeadLetterHost.CreateAsync(broker, failures: 4);

        Run table = await host.RunAsync("peek", "user_error", "--skip", "1", "--take", "2", "--refresh");
        Run json = await host.RunAsync("peek", "user_error", "--take", "1", "--json");

        table.Code.ShouldBe(0, table.Error);
        table.Output.ShouldContain("message-2");
        table.Output.ShouldContain("message-3");
        table.Output.ShouldNotContain("message-1");
        table.Output.ShouldContain("Messages 2 to 3 of 4 in 'user_error'.");
        json.Json.GetProperty("messages").EnumerateArray().Single().GetProperty("bodyText").GetString().ShouldBe("""{"number":1}""");
        (await host.CountAsync("user_error")).ShouldBe(4);
    }

    [Fact]
    public async Task Peek_MessageNearItsDeliveryLimit_IsRefusedWithWhatHelps()
    {
        await using DeadLetterHost host = await DeadLetterHost.CreateAsync(broker);
        await host.DeclareAsync("user_error", "quorum", ("x-delivery-limit", 3));
        await host.FailAsync("user_error", 1);
        await host.RejectAsync("user_error");

        Run run = await host.RunAsync("peek", "user_error");

        run.Code.ShouldBe(4);
        run.Error.ShouldContain("Cannot safely read 'user_error'");
        run.Error.ShouldContain("haptitalk-resilience dead-letters mirror user_error");
        run.Error.ShouldContain("haptitalk-resilience dead-letters export user_error FILE --drain");
        run.Error.ShouldNotContain("IDeadLetter");
    }

    [Fact]
    public async Task Search_EachFilter_FindsWhatFits()
    {
        await using DeadLetterHost host = await DeadLetterHost.CreateAsync(broker, failures: 4);
        string id = (await host.RunAsync("peek", "user_error", "--json")).Json.GetProperty("messages")[2].GetProperty("id").GetString()!;
        (string Filter, int Matches)[] filters =
        [
            ("--exception TimeoutException", 2), ("--message-type App.Save*", 2), ("--consumer UserConsumer", 4), ("--header tenant", 4),
            ("--header tenant=tenant-3", 1), ("--body \"NUMBER\":4", 1), ("--from 2026-11-25T03:00:00Z", 2), ("--until 2026-11-25T02:00:00", 1),
            ("--from 1s", 0), ($"--id {id} --id message-1", 2), ("--input other", 0), ("--fingerprint 0", 0), ("--exception T* --body :1", 1),
        ];

        foreach ((string filter, int matches) in filters)
        {
            Run run = await host.RunAsync(["search", "user_error", .. filter.Split(' '), "--json"]);
            run.Code.ShouldBe(0, run.Error);
            run.Json.GetProperty("matches").GetInt32().ShouldBe(matches, filter);
        }

        Run limited = await host.RunAsync("search", "user_error", "--limit", "1", "--scan", "3");
        limited.Output.ShouldContain("3 of 3 messages looked at in 'user_error' fit. Only the first is shown.");
        limited.Error.ShouldContain("Not all of 4 messages were looked at");
    }

    [Fact]
    public async Task Show_AMessage_WritesHeadersEnvelopeTraceAndBody()
    {
        await using DeadLetterHost host = await DeadLetterHost.CreateAsync(broker, failures: 0);
        await host.PublishAsync("user_error", (new()
        {
            MessageId = "one",
            ContentType = "application/vnd.masstransit+json",
            Headers = new Dictionary<string, object?>(StringComparer.Ordinal)
            {
                ["MT-Fault-StackTrace"] = "   at App.Users.Find()\r\n   at App.Users.Get()",
                ["traceparent"] = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                ["한국어"] = "안녕",
            },
        }, """{"messageType":["urn:message:App:GetUser"],"conversationId":"c-1","message":{"name":"김"}}"""u8.ToArray()));

        Run run = await host.RunAsync("show", "user_error", "one");

        run.Code.ShouldBe(0, run.Error);
        foreach (string part in (string[])["App:GetUser", "0af7651916cd43dd8448eb211c80319c", "c-1", "한국어", "안녕", "   at App.Users.Get()", "\"name\": \"김\""])
            run.Output.ShouldContain(part);
    }

    [Fact]
    public async Task Show_BytesThatAreNoText_AreShownInHexAndSavedAsTheyAre()
    {
        await using DeadLetterHost host = await DeadLetterHost.CreateAsync(broker, failures: 0);
        byte[] body = [0xff, 0x00, 0x41];
        await host.PublishAsync("user_error", (new() { MessageId = "bytes" }, body));

        Run shown = await host.RunAsync("show", "user_error", "bytes");
        Run json = await host.RunAsync("show", "user_error", "bytes", "--json");
        Run saved = await host.RunAsync("show", "user_error", "bytes", "--save-body", "body.bin");
        Run again = await host.RunAsync("show", "user_error", "bytes", "--save-body", "body.bin");

        shown.Output.ShouldContain("00000000  ff 00 41 ");
        json.Json.GetProperty("bodyText").ValueKind.ShouldBe(JsonValueKind.Null);
        json.Json.GetProperty("bodyBase64").GetBytesFromBase64().ShouldBe(body);
        saved.Code.ShouldBe(0, saved.Error);
        (await File.ReadAllBytesAsync(host.PathOf("body.bin"), TestContext.Current.CancellationToken)).ShouldBe(body);
        again.Code.ShouldBe(1);
        again.Error.ShouldContain("exists, and is not written over");
    }

    [Fact]
    public async Task Show_UnknownId_EndsWith7()
    {
        await using DeadLetterHost host = await DeadLetterHost.CreateAsync(broker, failures: 1);

        Run run = await host.RunAsync("show", "user_error", "nobody");

        run.Code.ShouldBe(7);
        run.Error.ShouldContain("no message 'nobody'");
    }

    [Fact]
    public async Task Mirror_QueueOfAnExchange_MakesAStreamThatCanBeLookedInto()
    {
        await using DeadLetterHost host = await DeadLetterHost.CreateAsync(broker, failures: 0);
        await host.BindToFanoutAsync("user_error");

        Run run = await host.RunAsync("mirror", "user_error", "--max-bytes", "1MiB", "--max-age", "1h", "--json");

        run.Code.ShouldBe(0, run.Error);
        run.Json.GetProperty("stream").GetString().ShouldBe("user_error_mirror");
        (await host.RunAsync("peek", "user_error_mirror")).Code.ShouldBe(0);
    }
}
