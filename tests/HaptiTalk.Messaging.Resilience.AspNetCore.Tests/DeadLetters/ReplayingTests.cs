using System.Net;
using System.Text.Json.Nodes;
using HaptiTalk.Messaging.Resilience.Brokers;
using Microsoft.Extensions.Logging;
using static HaptiTalk.Messaging.Resilience.Tests.DeadLetterApplication;

namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>Replaying a real broker's dead letters over HTTP.</summary>
public sealed class ReplayingTests(BrokerFixture fixture)
{
    private const string Slowly = """{"ratePerSecond":20,"reason":"one at a time"}""";

    [Fact]
    public async Task Post_DryRun_SaysWhatWouldHappenAndMovesNothing()
    {
        await using DeadLetterApplication host = await StartAsync(fixture);
        await host.Broker.FillAsync(messages: 5);

        Answer answer = (await host.PostAsync("/user_error/replays", """{"dryRun":true,"ids":["message-2"]}""")).ShouldBeOk();

        answer.Json["outcomes"]!.ToJsonString().ShouldBe("""{"wouldReplay":1}""");
        answer.Json["targets"]!.ToJsonString().ShouldBe("""{"user":1}""");
        answer.Json["notSelected"]!.GetValue<long>().ShouldBe(4);
        (await host.Broker.CountAsync("user_error")).ShouldBe(5u);
        (await host.GetAsync("/replays")).Json.AsArray().ShouldBeEmpty();
    }

    [Fact]
    public async Task Post_Replay_RunsToTheEndWhileItsProgressIsPolled()
    {
        await using DeadLetterApplication host = await StartAsync(fixture);
        await host.Broker.FillAsync(messages: 30);

        string id = await host.ReplayAsync("user_error", """{"ratePerSecond":20,"reason":"the database is back","select":{"exceptionType":"TimeoutException"}}""");
        Answer running = await host.UntilAsync(id, answer => answer.Json["progress"]?["replayed"]!.GetValue<long>() > 0);
        Answer end = await host.EndAsync(id);

        running.Json["state"]!.GetValue<string>().ShouldBe("running");
        running.Json["progress"]!["total"]!.GetValue<long>().ShouldBe(30);
        running.Json["progress"]!["remaining"].ShouldNotBeNull();
        end.Json["report"]!["stop"]!.GetValue<string>().ShouldBe("completed");
        end.Json["report"]!["outcomes"]!.ToJsonString().ShouldBe("""{"replayed":30}""");
        end.Json["endedAt"].ShouldNotBeNull();
        (await host.Broker.TakeAllAsync("user")).Select(message => message.Id).ShouldBe(Enumerable.Range(1, 30).Select(number => $"message-{number}"));
        (await host.Broker.CountAsync("user_error")).ShouldBe(0u);
        JsonArray audit = (await host.Application.GetJsonAsync("/resilience/audit")).AsArray();
        audit.Select(entry => entry!["action"]!.GetValue<string>()).ShouldBe(["replay ended", "replay"]);
        audit[0]!["after"]!.GetValue<string>().ShouldBe("30 replayed; completed");
        audit[1]!["before"]!.GetValue<string>().ShouldBe("messages with exception 'TimeoutException'");
        audit[1]!["reason"]!.GetValue<string>().ShouldBe("the database is back");
        host.Log.Entries.ShouldContain(entry => entry.Level == LogLevel.Warning && entry.Message.Contains("changed 'user_error': replay ended", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Delete_RunningReplay_StopsItAndTheRestStays()
    {
        await using DeadLetterApplication host = await StartAsync(fixture);
        await host.Broker.FillAsync(messages: 200);
        string id = await host.ReplayAsync("user_error", Slowly);
        await host.UntilAsync(id, answer => answer.Json["progress"]?["replayed"]!.GetValue<long>() > 0);

        (await host.PostAsync("/user_error/replays", "{}")).ShouldBeProblem(HttpStatusCode.Conflict).Detail.ShouldContain(id);
        (await host.PostAsync("/user_error/discards", """{"select":{},"expectedCount":1,"withoutExport":true}""")).ShouldBeProblem(HttpStatusCode.Conflict);
        Answer stopping = await host.Application.SendAsync(HttpMethod.Delete, $"{Root}/replays/{id}?reason=enough");
        Answer end = await host.EndAsync(id);

        stopping.Status.ShouldBe(HttpStatusCode.Accepted);
        end.Json["report"]!["stop"]!.GetValue<string>().ShouldBe("cancelled");
        long replayed = end.Json["report"]!["outcomes"]!["replayed"]!.GetValue<long>();
        replayed.ShouldBeInRange(1, 199);
        (await host.Broker.CountAsync("user")).ShouldBe((uint)replayed);
        (await host.Broker.CountAsync("user_error")).ShouldBe((uint)(200 - replayed));
        (await host.Application.SendAsync(HttpMethod.Delete, $"{Root}/replays/{id}")).ShouldBeOk();
        (await host.Application.GetJsonAsync("/resilience/audit")).AsArray().Select(entry => entry!["action"]!.GetValue<string>())
            .ShouldBe(["replay ended", "stop replay", "replay"]);
    }

    [Fact]
    public async Task Stop_HostWithARunningReplay_StopsItAndWaitsForIt()
    {
        await using DeadLetterApplication host = await StartAsync(fixture);
        await host.Broker.FillAsync(messages: 200);
        string id = await host.ReplayAsync("user_error", Slowly);
        await host.UntilAsync(id, answer => answer.Json["progress"]?["replayed"]!.GetValue<long>() > 0);

        await host.Application.StopAsync();

        string ended = host.Log.Entries.Select(entry => entry.Message).Single(message => message.Contains("replay ended", StringComparison.Ordinal));
        ended.ShouldContain("; cancelled");
        uint left = await host.Broker.CountAsync("user_error");
        left.ShouldBeInRange(1u, 199u);
        (await host.Broker.CountAsync("user") + left).ShouldBe(200u);
    }

    [Fact]
    public async Task Post_MoreReplaysThanAllowed_AreRefused()
    {
        await using DeadLetterApplication host = await StartAsync(fixture);
        for (int number = 0; number <= Replays.MostAtOnce; number++)
            await host.Broker.FillAsync($"q{number}", messages: 100);
        for (int number = 0; number < Replays.MostAtOnce; number++)
            await host.ReplayAsync($"q{number}_error", """{"ratePerSecond":1}""");

        (await host.PostAsync($"/q{Replays.MostAtOnce}_error/replays", "{}")).ShouldBeProblem(HttpStatusCode.ServiceUnavailable);

        (await host.GetAsync("/replays")).Json.AsArray().Select(replay => replay!["queue"]!.GetValue<string>()).ShouldBe(["q3_error", "q2_error", "q1_error", "q0_error"]);
    }

    [Fact]
    public async Task Post_QueueThatIsNotThere_FailsInItsStateAndInTheLog()
    {
        await using DeadLetterApplication host = await StartAsync(fixture);

        string id = await host.ReplayAsync("none_error");
        Answer end = await host.EndAsync(id);

        end.Json["state"]!.GetValue<string>().ShouldBe("failed");
        end.Json["problem"]!.GetValue<string>().ShouldContain("no queue of this name");
        host.Log.Entries.ShouldContain(entry => entry.Level == LogLevel.Error && entry.Message.Contains($"Replay {id} of 'none_error' failed", StringComparison.Ordinal));
        await host.Broker.FillAsync("none", messages: 1);
        await host.EndAsync(await host.ReplayAsync("none_error"));
        (await host.Broker.CountAsync("none")).ShouldBe(1u);
    }

    [Fact]
    public async Task Post_BatchesThatNobodyTakesUp_StopByThemselvesAndSayWhy()
    {
        await using DeadLetterApplication host = await StartAsync(fixture);
        await host.Broker.FillAsync(messages: 20);

        Answer end = await host.EndAsync(await host.ReplayAsync(
            "user_error", """{"batches":{"sizes":[2],"settleSeconds":0.1,"consumeTimeoutSeconds":0.5},"limit":10,"maxReplays":2,"window":50,"abandonedRequests":"replay","target":"user"}"""));

        end.Json["report"]!["stop"]!.GetValue<string>().ShouldBe("notConsumed");
        end.Json["report"]!["problem"]!.GetValue<string>().ShouldNotBeEmpty();
        end.Json["inBatches"]!.GetValue<bool>().ShouldBeTrue();
        (await host.Broker.CountAsync("user")).ShouldBe(2u);
    }

    [Fact]
    public async Task Post_EditedMessage_ReplacesTheOriginal()
    {
        await using DeadLetterApplication host = await StartAsync(fixture);
        await host.Broker.FillAsync(messages: 2);

        Answer answer = (await host.PostAsync("/user_error/messages/message-2/replay", """{"body":{"message":{"userId":7}},"headers":{"tenant":"b","traceparent":null}}""")).ShouldBeOk();

        answer.Json["outcomes"]!["replayed"]!.GetValue<long>().ShouldBe(1);
        (string? id, string body, IDictionary<string, object?> headers) = (await host.Broker.TakeAllAsync("user")).ShouldHaveSingleItem();
        (id, body).ShouldBe(("message-2", """{"message":{"userId":7}}"""));
        System.Text.Encoding.UTF8.GetString((byte[])headers["tenant"]!).ShouldBe("b");
        headers.Keys.ShouldNotContain("traceparent");
        (await host.Broker.CountAsync("user_error")).ShouldBe(1u);
        (await host.Application.GetJsonAsync("/resilience/audit"))[0]!["after"]!.GetValue<string>().ShouldContain("header 'tenant'");
        (await host.PostAsync("/user_error/messages/message-1/replay", """{"body":"no JSON"}""")).ShouldBeProblem(HttpStatusCode.BadRequest);
        (await host.PostAsync("/user_error/messages/none/replay", """{"body":"{}"}""")).ShouldBeProblem(HttpStatusCode.NotFound);
        (await host.Broker.CountAsync("user_error")).ShouldBe(1u);
    }

    [Theory]
    [InlineData("[]", "body")]
    [InlineData("{", "body")]
    [InlineData("""{"selct":{},"dryRun":"yes","limit":0,"ratePerSecond":-1,"maxReplays":1.5,"window":10001}""", "selct", "dryRun", "limit", "ratePerSecond", "maxReplays", "window")]
    [InlineData("""{"select":{"exception":"A","from":"soon","ids":[1],"without":["colour"]},"ids":"1","target":5}""", "select.exception", "select.from", "select.ids", "select.without", "ids", "target")]
    [InlineData("""{"batches":{"sizes":[0],"maxReturnedShare":2,"settle":1},"abandonedRequests":"perhaps","reason":"a\nb"}""", "batches.sizes", "batches.maxReturnedShare", "batches.settle", "abandonedRequests", "reason")]
    [InlineData("""{"batches":true,"select":[]}""", "batches", "select")]
    public async Task Post_WrongReplay_NamesAllThatIsWrongAndBeginsNothing(string json, params string[] fields)
    {
        await using DeadLetterApplication host = await StartAsync(fixture);

        Answer answer = (await host.PostAsync("/user_error/replays", json)).ShouldBeProblem(HttpStatusCode.BadRequest);

        answer.Errors.Keys.ShouldBe(fields, ignoreOrder: true);
        (await host.GetAsync("/replays")).Json.AsArray().ShouldBeEmpty();
    }

    [Theory]
    [InlineData("""{"limit":0}""", "limit", "is 0; allowed: whole numbers from 1 to 9223372036854775807.")]
    [InlineData("""{"ratePerSecond":1e400}""", "ratePerSecond", "is 1e400; allowed: 0.001 to 1000000.")]
    [InlineData("""{"maxReplays":1.5}""", "maxReplays", "is 1.5; allowed: whole numbers from 1 to 2147483647.")]
    [InlineData("""{"window":"10"}""", "window", "is a text; a number is expected.")]
    [InlineData("""{"dryRun":"yes"}""", "dryRun", "is a text; true or false is expected.")]
    [InlineData("""{"batches":{"sizes":[1,0]}}""", "batches.sizes", "has 0 in it; allowed: whole numbers from 1 to 2147483647.")]
    [InlineData("""{"batches":{"sizes":[true]}}""", "batches.sizes", "has true or false in it; a number is expected.")]
    [InlineData("""{"batches":{"maxReturnedShare":1.1}}""", "batches.maxReturnedShare", "is 1.1; allowed: 0 to 1.")]
    [InlineData("""{"batches":{"size":[1]}}""", "batches.size", "is not known here. Known: consumeTimeoutSeconds, maxReturnedShare, settleSeconds, sizes.")]
    [InlineData("""{"abandonedRequests":"perhaps"}""", "abandonedRequests", "'perhaps' is none of these: skip, replayWithoutReply, replay.")]
    [InlineData("""{"select":{"without":["colour"]}}""", "select.without", "'colour' is none of these: exceptionType, messageType, consumer, inputQueue, hour, fingerprint.")]
    [InlineData("""{"ids":[null]}""", "ids", "has null in it; a text is expected.")]
    [InlineData("""{"target":"\ud83d"}""", "body", "has a text with a character that does not exist.")]
    public async Task Post_WrongReplay_SaysWhatIsThereAndWhatIsAllowed(string json, string field, string problem)
    {
        await using DeadLetterApplication host = await StartAsync(fixture);

        (await host.PostAsync("/user_error/replays", json)).ShouldBeProblem(HttpStatusCode.BadRequest).Errors[field].ShouldBe(problem);
    }

    [Theory]
    [InlineData("""{"select":{},"withoutExport":true}""", "expectedCount", "is not there; allowed: whole numbers from 1 to 61000.")]
    [InlineData("""{"expectedCount":1,"withoutExport":true}""", "select", "is not there; {} means all messages.")]
    public async Task Post_DiscardWithoutWhatItNeeds_SaysWhatIsAllowed(string json, string field, string problem)
    {
        await using DeadLetterApplication host = await StartAsync(fixture);

        (await host.PostAsync("/user_error/discards", json)).ShouldBeProblem(HttpStatusCode.BadRequest).Errors[field].ShouldBe(problem);
    }

    [Fact]
    public async Task Post_WhatTheLibraryDoesNotTake_IsSaidAndBeginsNothing()
    {
        await using DeadLetterApplication host = await StartAsync(fixture);
        await host.Broker.FillAsync(messages: 1);

        (await host.PostAsync("/user_error/replays", """{"target":"user_error"}""")).ShouldBeProblem(HttpStatusCode.BadRequest).Detail.ShouldContain("into itself");
        (await host.PostAsync("/user_error/replays", $$"""{"ids":["{{new string('x', 300_000)}}"]}""")).ShouldBeProblem(HttpStatusCode.RequestEntityTooLarge);

        await host.EndAsync(await host.ReplayAsync("user_error"));
        (await host.Broker.CountAsync("user")).ShouldBe(1u);
    }

    [Fact]
    public async Task Get_UnknownReplay_Is404()
    {
        await using DeadLetterApplication host = await StartAsync(fixture);

        (await host.GetAsync("/replays/abc")).ShouldBeProblem(HttpStatusCode.NotFound).Detail.ShouldContain("'abc'");
        (await host.Application.SendAsync(HttpMethod.Delete, $"{Root}/replays/abc")).ShouldBeProblem(HttpStatusCode.NotFound);
    }
}
