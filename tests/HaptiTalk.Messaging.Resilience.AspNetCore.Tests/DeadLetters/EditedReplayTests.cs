using System.Text;
using HaptiTalk.Messaging.Resilience.Brokers;
using RabbitMQ.Client;
using static HaptiTalk.Messaging.Resilience.Tests.DeadLetterApplication;

namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>Replaying one message with changes, on a real broker.</summary>
public sealed class EditedReplayTests(BrokerFixture fixture)
{
    [Theory]
    [InlineData("text/plain", "no JSON at all")]
    [InlineData("application/vnd.masstransit+json", """{"message":{"userId":1}}""")]
    public async Task Post_HeadersAlone_KeepTheBody(string contentType, string body)
    {
        await using DeadLetterApplication host = await StartAsync(fixture);
        await host.Broker.FillAsync(messages: 0);
        (BasicProperties properties, byte[] sent) = BrokerWithDeadLetters.Failed(1, body: body);
        properties.ContentType = contentType;
        await host.Broker.PublishAsync("user_error", (properties, sent));

        (await host.PostAsync("/user_error/messages/message-1/replay", """{"headers":{"tenant":"b"},"body":null}""")).ShouldBeOk()
            .Json["outcomes"]!.ToJsonString().ShouldBe("""{"replayed":1}""");

        (string? _, string arrived, IDictionary<string, object?> headers) = (await host.Broker.TakeAllAsync("user")).ShouldHaveSingleItem();
        arrived.ShouldBe(body);
        Encoding.UTF8.GetString((byte[])headers["tenant"]!).ShouldBe("b");
        (await host.Broker.CountAsync("user_error")).ShouldBe(0u);
    }

    [Fact]
    public async Task Post_EditedMessage_HasOneIdInAnswerAuditAndMessage()
    {
        await using DeadLetterApplication host = await StartAsync(fixture);
        await host.Broker.FillAsync(messages: 1);

        string run = (await host.PostAsync("/user_error/messages/message-1/replay", """{"headers":{"tenant":"b"}}""")).ShouldBeOk().Json["run"]!.GetValue<string>();

        IdIn((await host.Broker.TakeAllAsync("user")).ShouldHaveSingleItem().Headers).ShouldBe(run);
        (await host.Application.GetJsonAsync("/resilience/audit"))[0]!["after"]!.GetValue<string>().ShouldStartWith($"replay {run}: ");
    }

    [Fact]
    public async Task Post_Replay_HasOneIdInAnswerReportAuditAndMessage()
    {
        await using DeadLetterApplication host = await StartAsync(fixture);
        await host.Broker.FillAsync(messages: 1);

        string id = await host.ReplayAsync("user_error");
        Answer end = await host.EndAsync(id);

        end.Json["report"]!["run"]!.GetValue<string>().ShouldBe(id);
        IdIn((await host.Broker.TakeAllAsync("user")).ShouldHaveSingleItem().Headers).ShouldBe(id);
        (await host.Application.GetJsonAsync("/resilience/audit"))[0]!["before"]!.GetValue<string>().ShouldBe($"replay {id}");
    }

    private static string IdIn(IDictionary<string, object?> headers) => Encoding.UTF8.GetString((byte[])headers["Resilience-Replay-Id"]!).Split('/')[0];
}
