using System.Net;
using System.Text.Json.Nodes;
using HaptiTalk.Messaging.Resilience.Brokers;
using RabbitMQ.Client;
using static HaptiTalk.Messaging.Resilience.Tests.DeadLetterApplication;

namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>Looking at a real broker's dead letters over HTTP.</summary>
public sealed class LookingTests(BrokerFixture fixture)
{
    public static TheoryData<string> Names => ["a/b", "a%2Fb", "..", ".", "replays", "한글 ?#&+", "{queue}", "a\\b;c=d", "<img src=x onerror=1>", "%"];

    [Fact]
    public async Task Get_Listing_TellsWhatLiesWhereAndWhetherItCanBeLookedInto()
    {
        await using DeadLetterApplication host = await StartAsync(fixture);
        await host.Broker.FillAsync(messages: 3);
        await host.Broker.DeclareAsync("limited_error", "quorum", ("x-delivery-limit", 5));
        await host.Broker.PublishAsync("limited_error", BrokerWithDeadLetters.Failed(1));

        Answer answer = (await host.GetAsync("")).ShouldBeOk();

        answer.Headers["Cache-Control"].ShouldBe("no-store");
        answer.Json["brokerVersion"]!.GetValue<string>().ShouldNotBeEmpty();
        answer.Json["managementProblem"].ShouldBeNull();
        JsonArray queues = answer.Json["queues"]!.AsArray();
        queues.Select(queue => queue!["name"]!.GetValue<string>()).ShouldBe(["user_error", "limited_error"]);
        JsonNode user = queues[0]!;
        (user["kind"]!.GetValue<string>(), user["type"]!.GetValue<string>(), user["messages"]!.GetValue<long>()).ShouldBe(("error", "classic", 3));
        user["oldestAt"]!.GetValue<string>().ShouldBe("2026-01-01T00:00:01.000Z");
        user["peek"]!["isSafe"]!.GetValue<bool>().ShouldBeTrue();
        queues[1]!["deliveryLimit"]!["limit"]!.GetValue<int>().ShouldBe(5);
    }

    [Fact]
    public async Task Get_ListingWithEmptyAndNamedQueues_HasThoseToo()
    {
        await using DeadLetterApplication host = await StartAsync(fixture);
        await host.Broker.FillAsync(messages: 0);

        (await host.GetAsync("")).Json["queues"]!.AsArray().ShouldBeEmpty();
        (await host.GetAsync("?empty=true")).Json["queues"]!.AsArray().Select(queue => queue!["name"]!.GetValue<string>()).ShouldBe(["user_error"]);
        (await host.GetAsync("?queue=user&oldest=false")).Json["queues"]!.AsArray().Select(queue => queue!["kind"]!.GetValue<string>()).ShouldBe(["named"]);
    }

    [Fact]
    public async Task Get_Summary_GroupsHaveWhatFindsTheirMessages()
    {
        await using DeadLetterApplication host = await StartAsync(fixture);
        await host.Broker.FillAsync(messages: 5);
        await host.Broker.PublishAsync("user_error", BrokerWithDeadLetters.Failed(6, exception: BrokerWithDeadLetters.Invalid));

        Answer summary = (await host.GetAsync("/user_error/summary?by=exceptionType,inputQueue")).ShouldBeOk();

        summary.Json["depth"]!.GetValue<long>().ShouldBe(6);
        JsonNode largest = summary.Json["groups"]![0]!;
        largest["count"]!.GetValue<long>().ShouldBe(5);
        largest["key"]!.ToJsonString().ShouldBe("""{"exceptionType":"System.TimeoutException","inputQueue":"user"}""");
        largest["oldest"]!.GetValue<string>().ShouldBe("2026-01-01T00:00:01.000Z");
        largest["newest"]!.GetValue<string>().ShouldBe("2026-01-01T00:00:05.000Z");
        string query = string.Join('&', largest["select"]!.AsObject().Where(part => part.Value is not null).Select(part => $"{part.Key}={Uri.EscapeDataString(part.Value!.GetValue<string>())}"));
        Answer found = (await host.GetAsync($"/user_error/messages?{query}&take=2&skip=1")).ShouldBeOk();
        found.Json["matches"]!.GetValue<long>().ShouldBe(5);
        IdsIn(found).ShouldBe(["message-2", "message-3"]);
        (await host.Broker.CountAsync("user_error")).ShouldBe(6u);
    }

    [Fact]
    public async Task Get_PageThenMessage_ShowsItWhole()
    {
        await using DeadLetterApplication host = await StartAsync(fixture);
        await host.Broker.FillAsync(messages: 3);
        string large = $$$"""{"message":{"text":"{{{new string('x', 5000)}}}"}}""";
        (BasicProperties properties, byte[] body) = BrokerWithDeadLetters.Failed(4, body: large);
        properties.Headers!["nested"] = Enumerable.Range(0, 1500).Aggregate<int, object>("deep", (inner, _) => new Dictionary<string, object?>(StringComparer.Ordinal) { ["in"] = inner });
        await host.Broker.PublishAsync("user_error", (properties, body));

        Answer page = (await host.GetAsync("/user_error/messages?skip=2&take=2")).ShouldBeOk();
        JsonNode last = page.Json["messages"]![1]!;
        Answer whole = (await host.GetAsync($"/user_error/messages/{last["id"]!.GetValue<string>()}")).ShouldBeOk();

        IdsIn(page).ShouldBe(["message-3", "message-4"]);
        page.Json["depth"]!.GetValue<long>().ShouldBe(4);
        last["bodyText"]!.GetValue<string>().Length.ShouldBe(1024);
        last["isBodyComplete"]!.GetValue<bool>().ShouldBeFalse();
        whole.Json["bodyText"]!.GetValue<string>().ShouldBe(large);
        whole.Body.ShouldContain("\"in\":\"(deeper than is shown)\"");
        whole.Json["failure"]!["exceptionType"]!.GetValue<string>().ShouldBe(BrokerWithDeadLetters.Timeout);
        whole.Json["traceId"]!.GetValue<string>().ShouldBe("0af7651916cd43dd8448eb211c80319c");
        host.Log.Entries.ShouldContain(entry => entry.Message.StartsWith("anonymous from 127.0.0.1 looks at dead letters in 'user_error'", StringComparison.Ordinal));
        (await host.GetAsync("/user_error/messages/none")).ShouldBeProblem(HttpStatusCode.NotFound).Detail.ShouldContain("'none'");
    }

    [Fact]
    public async Task Get_Export_IsAFileOfJsonLines()
    {
        await using DeadLetterApplication host = await StartAsync(fixture);
        await host.Broker.FillAsync(messages: 4);

        Answer answer = (await host.GetAsync("/user_error/export?ids=message-2&ids=message-3")).ShouldBeOk();

        answer.MediaType.ShouldBe("application/x-ndjson");
        answer.Headers["X-Resilience-Messages"].ShouldBe("2");
        answer.Headers.Keys.ShouldNotContain("X-Resilience-Incomplete");
        string[] lines = answer.Body.TrimEnd('\n').Split('\n');
        lines.Select(line => JsonNode.Parse(line)!["properties"]!["messageId"]!.GetValue<string>()).ShouldBe(["message-2", "message-3"]);
        (await host.Broker.CountAsync("user_error")).ShouldBe(4u);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Get_QueueOfAnyName_IsFound(string name)
    {
        await using DeadLetterApplication host = await StartAsync(fixture);
        await host.Broker.DeclareAsync(name);
        (BasicProperties properties, byte[] body) = BrokerWithDeadLetters.Failed(1);
        properties.MessageId = name;
        await host.Broker.PublishAsync(name, (properties, body));

        (await host.GetAsync($"/{Name(name)}/summary?anyQueue=true")).ShouldBeOk().Json["queue"]!.GetValue<string>().ShouldBe(name);
        (await host.GetAsync($"/{Name(name)}/messages/{Name(name)}?anyQueue=true")).ShouldBeOk().Json["messageId"]!.GetValue<string>().ShouldBe(name);
    }

    [Fact]
    public async Task Get_QueueWithASlashEncodedOnce_IsFound()
    {
        await using DeadLetterApplication host = await StartAsync(fixture);
        await host.Broker.DeclareAsync("a/b c");

        (await host.GetAsync("/a%2Fb%20c/summary?anyQueue=true")).ShouldBeOk().Json["queue"]!.GetValue<string>().ShouldBe("a/b c");
    }

    [Fact]
    public async Task Get_QueueThatCannotBeLookedInto_SaysWhyAndWhatHelps()
    {
        await using DeadLetterApplication host = await StartAsync(fixture);
        await host.Broker.FillWithWhatCannotBeLookedIntoAsync("limited_error");

        foreach (string path in (string[])["/limited_error/summary", "/limited_error/messages", "/limited_error/messages/message-1", "/limited_error/export"])
        {
            Answer answer = (await host.GetAsync(path)).ShouldBeProblem(HttpStatusCode.Conflict);
            answer.Detail.ShouldContain("'limited_error' cannot be read safely");
            answer.Json["reason"]!.GetValue<string>().ShouldNotBeEmpty();
            answer.Json["remedies"]![0]!["kind"]!.GetValue<string>().ShouldNotBeEmpty();
        }

        (await host.Broker.CountAsync("limited_error")).ShouldBe(1u);
    }

    [Fact]
    public async Task Get_NameThatIsTooLong_IsRefused()
    {
        await using DeadLetterApplication host = await StartAsync(fixture);

        (await host.GetAsync($"/{new string('x', 256)}/summary")).ShouldBeProblem(HttpStatusCode.BadRequest).Detail.ShouldContain("255 bytes");
    }

    [Fact]
    public async Task Get_QueueThatIsNotThere_Is404()
    {
        await using DeadLetterApplication host = await StartAsync(fixture);

        (await host.GetAsync("/none_error/summary")).ShouldBeProblem(HttpStatusCode.NotFound).Detail.ShouldContain("'none_error'");
    }

    [Theory]
    [InlineData("?empty=maybe&oldset=true", "empty", "oldset")]
    [InlineData("/q/summary?by=colour&b=1", "by", "b")]
    [InlineData("/q/messages?take=0&skip=x&refresh=2&exception=A", "take", "skip", "refresh", "exception")]
    [InlineData("/q/messages?headerValue=1&from=soon&until=later&without=colour&body=", "headerValue", "from", "until", "without", "body")]
    [InlineData("/q/messages?exceptionType=A&skip=9951", "skip")]
    [InlineData("/q/export?take=1", "take")]
    public async Task Get_WrongParameters_AreAllNamed(string path, params string[] fields)
    {
        await using DeadLetterApplication host = await StartAsync(fixture);

        (await host.GetAsync(path)).ShouldBeProblem(HttpStatusCode.BadRequest).Errors.Keys.ShouldBe(fields, ignoreOrder: true);
    }

    private static IEnumerable<string> IdsIn(Answer list) => list.Json["messages"]!.AsArray().Select(message => message!["messageId"]!.GetValue<string>());
}
