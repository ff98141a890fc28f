using System.Net;
using HaptiTalk.Messaging.Resilience.Brokers;

namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>A member that stands in a body twice may mean either: it is refused, wherever a body is read.</summary>
public sealed class DuplicateMemberTests(BrokerFixture fixture)
{
    [Theory]
    [InlineData("POST", "dead-letters/user_error/replays", """{"dryRun":true,"dryRun":false}""", "dryRun")]
    [InlineData("POST", "dead-letters/user_error/replays", """{"select":{"body":"a","body":"b"},"batches":{"sizes":[1],"sizes":[9]}}""", "select.body", "batches.sizes")]
    [InlineData("POST", "dead-letters/user_error/replays", """{"dryRun":true,"dry\u0052un":false}""", "dryRun")]
    [InlineData("POST", "dead-letters/user_error/discards", """{"select":{},"expectedCount":1,"expectedCount":2,"withoutExport":true}""", "expectedCount")]
    [InlineData("POST", "dead-letters/user_error/messages/message-1/replay", """{"headers":{"a":"b","a":"c"}}""", "headers.a")]
    [InlineData("POST", "dead-letters/user_error/messages/message-1/replay", """{"body":{"list":[{"a":1},{"a":1,"a":2}]}}""", "body.list[1].a")]
    [InlineData("POST", "breakers/user/isolate", """{"reason":"a","reason":"b"}""", "reason")]
    [InlineData("PUT", "profiles/user", """{"Retry:MaxRetries":1,"Retry:MaxRetries":2}""", "Retry:MaxRetries")]
    public async Task Any_MemberThatIsThereTwice_IsNamedAndNothingIsDone(string method, string path, string json, params string[] fields)
    {
        await using DeadLetterApplication host = await DeadLetterApplication.StartAsync(fixture);
        await host.Broker.FillAsync(messages: 1);

        Answer answer = (await host.Application.SendAsync(new(method), $"/resilience/{path}", json)).ShouldBeProblem(HttpStatusCode.BadRequest);

        answer.Errors.Keys.ShouldBe(fields, ignoreOrder: true);
        answer.Errors.Values.ShouldAllBe(problem => problem == "is there more than once.");
        (await host.Application.GetAsync("/resilience/audit")).ShouldBe("[]");
        (await host.Broker.CountAsync("user_error")).ShouldBe(1u);
    }
}
