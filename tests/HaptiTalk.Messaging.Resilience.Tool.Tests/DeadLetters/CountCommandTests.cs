using HaptiTalk.Messaging.Resilience.Brokers;

namespace HaptiTalk.Messaging.Resilience.Tool.Tests.DeadLetters;

public sealed class CountCommandTests(BrokerFixture broker)
{
    private const string LongName = "a-service-with-a-rather-long-name-that-no-terminal-of-eighty-columns-can-show-in-one-line_error";

    [Fact]
    public async Task Count_FilledEmptyAndMissingQueues_WritesATableWithWholeNames()
    {
        await using DeadLetterHost host = await DeadLetterHost.CreateAsync(broker, failures: 2);
        await host.DeclareAsync(LongName);

        Run run = await host.RunAsync("count", "user_error", LongName, "missing_error");

        run.Code.ShouldBe(0, run.Error);
        Row(run, "user_error").ShouldEndWith("2 │");
        Row(run, LongName).ShouldEndWith("0 │");
        Row(run, "missing_error").ShouldEndWith("no such queue │");
    }

    [Fact]
    public async Task Count_Json_WritesOneObjectForEachQueue()
    {
        await using DeadLetterHost host = await DeadLetterHost.CreateAsync(broker, failures: 2);

        Run run = await host.RunAsync("count", "user_error", "missing_error", "--json");

        run.Code.ShouldBe(0, run.Error);
        run.Json.EnumerateArray().Select(count => count.GetRawText()).ShouldBe(
        [
            """{"queue":"user_error","messages":2,"exists":true}""",
            """{"queue":"missing_error","messages":null,"exists":false}""",
        ]);
    }

    private static string Row(Run run, string queue) =>
        run.Output.Split('\n').Single(line => line.Contains($" {queue} ", StringComparison.Ordinal)).TrimEnd();
}
