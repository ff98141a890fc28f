using HaptiTalk.Messaging.Resilience.Brokers;

namespace HaptiTalk.Messaging.Resilience.Tool.Tests.DeadLetters;

/// <summary>A broker without the management plugin: everything that AMQP allows.</summary>
public sealed class WithoutManagementTests(BrokerFixture broker)
{
    [Fact]
    public async Task Commands_OnANamedQueue_WorkOverAmqpAlone()
    {
        await using DeadLetterHost host = await DeadLetterHost.CreateAsync(broker, failures: 6);
        string[][] commands =
        [
            ["list", "user_error"],
            ["count", "user_error"],
            ["peek", "user_error"],
            ["summary", "user_error"],
            ["search", "user_error", "--id", "message-1"],
            ["show", "user_error", "message-1"],
            ["replay", "user_error", "--dry-run"],
            ["replay", "user_error", "--yes", "--id", "message-1"],
            ["discard", "user_error", "--id", "message-2", "--expect", "1", "--without-export"],
            ["export", "user_error", "rest.jsonl", "--drain"],
            ["import", "rest.jsonl", "user_error"],
        ];

        foreach (string[] command in commands)
        {
            Run run = await host.RunAsync([.. command, "--no-management", "--verbose"]);
            run.Code.ShouldBe(0, $"{string.Join(' ', command)}: {run.Error}");
            run.Error.ShouldContain("management API: not used");
        }

        (await host.CountAsync("user_error")).ShouldBe(4);
        (await host.CountAsync("user")).ShouldBe(1);
    }
}
