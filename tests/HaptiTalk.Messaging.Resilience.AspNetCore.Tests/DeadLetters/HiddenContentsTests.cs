using HaptiTalk.Messaging.Resilience.Brokers;
using static HaptiTalk.Messaging.Resilience.Tests.DeadLetterApplication;

namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>What somebody searched for, and which messages it was, is for those who may look into messages.</summary>
public sealed class HiddenContentsTests(BrokerFixture fixture)
{
    private const string Search = """{"select":{"body":"secret-word","ids":["message-1"]},"reason":"because"}""";

    [Fact]
    public async Task Get_Replays_TellWhatWasMeantOnlyToOperators()
    {
        await using DeadLetterApplication host = await StartAsync(fixture, isDevelopment: false);
        await host.Broker.FillAsync(messages: 2);
        string id = (await host.PostAsync("/user_error/replays", """{"ids":["message-1"],"maxReplays":1}""", TestAuthentication.Operator)).Json["id"]!.GetValue<string>();
        await host.EndAsync(id);
        string kept = (await host.PostAsync("/user_error/replays", Search, TestAuthentication.Operator)).Json["id"]!.GetValue<string>();
        await host.EndAsync(kept);

        foreach (string path in (string[])["/replays", $"/replays/{id}", $"/replays/{kept}"])
        {
            string shown = (await host.GetAsync(path)).ShouldBeOk().Body;
            shown.ShouldNotContain("secret-word");
            shown.ShouldNotContain("message-1");
            shown.ShouldContain(path.EndsWith(kept, StringComparison.Ordinal) ? kept : id);
            (await host.GetAsync(path, TestAuthentication.Visitor)).ShouldBeOk().Body.ShouldBe(shown);
        }

        (await host.GetAsync($"/replays/{kept}", TestAuthentication.Operator)).Json["messages"]!.GetValue<string>().ShouldContain("secret-word");
        (await host.GetAsync($"/replays/{kept}")).Json["reason"]!.GetValue<string>().ShouldBe("because");
    }

    [Fact]
    public async Task Get_AuditAndEvents_TellWhatWasMeantOnlyToOperators()
    {
        await using DeadLetterApplication host = await StartAsync(fixture, isDevelopment: false);
        await host.Broker.FillAsync(messages: 3);
        await host.EndAsync((await host.PostAsync("/user_error/replays", Search, TestAuthentication.Operator)).Json["id"]!.GetValue<string>());
        (await host.PostAsync("/user_error/messages/message-2/replay", """{"headers":{"a":"b"}}""", TestAuthentication.Operator)).ShouldBeOk();
        (await host.PostAsync("/user_error/discards", """{"ids":["message-3"],"expectedCount":1,"withoutExport":true}""", TestAuthentication.Operator)).ShouldBeOk();

        Answer hidden = await host.Application.SendAsync(HttpMethod.Get, "/resilience/audit", json: null, TestAuthentication.Visitor);
        Answer shown = await host.Application.SendAsync(HttpMethod.Get, "/resilience/audit", json: null, TestAuthentication.Operator);

        foreach (string secret in (string[])["secret-word", "message-1", "message-2", "message-3"])
        {
            hidden.Body.ShouldNotContain(secret);
            shown.Body.ShouldContain(secret);
        }

        string[] actions = ["discard", "replay edited", "replay ended", "replay"];
        hidden.Json.AsArray().Select(entry => entry!["action"]!.GetValue<string>()).ShouldBe(actions);
        hidden.Json[0]!["after"]!.GetValue<string>().ShouldBe("1 discarded, without an export");
        await using EventClient watcher = await EventClient.ConnectAsync(host.Application, "?lastEventId=0");
        string events = string.Concat((await watcher.NextAsync(actions.Length + 1)).Select(item => item.Data));
        events.ShouldContain("user_error");
        events.ShouldNotContain("secret-word");
        events.ShouldNotContain("message-");
    }
}
