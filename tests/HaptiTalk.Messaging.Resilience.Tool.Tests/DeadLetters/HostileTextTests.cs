using System.Text;
using HaptiTalk.Messaging.Resilience.Brokers;
using RabbitMQ.Client;

namespace HaptiTalk.Messaging.Resilience.Tool.Tests.DeadLetters;

/// <summary>Whatever a message says, it does not steer the terminal; and JSON says it exactly.</summary>
public sealed class HostileTextTests(BrokerFixture broker)
{
    private const string Evil = "\u001b[2J\u001b]0;owned\u0007\u009b31m\u202e[red]한국어[/]\r\n\u0000end";
    private const string Queue = "evil\u001b[31m[bold]_error";

    [Theory]
    [InlineData("peek")]
    [InlineData("summary", "--by", "exception,message,consumer")]
    [InlineData("show", "<queue>", "evil")]
    [InlineData("search")]
    [InlineData("replay", "<queue>", "--dry-run")]
    [InlineData("list")]
    [InlineData("count")]
    public async Task Output_ForPeople_HasNoControlCharacters(string command, params string[] rest)
    {
        await using DeadLetterHost host = await CreateAsync();
        string[] arguments = rest is ["<queue>", .. var others] ? [Queue, .. others] : [Queue, .. rest];

        Run run = await host.RunAsync([command, .. arguments]);
        Run terminal = await host.RunAsync(environment => environment with { IsOutputTerminal = true, IsErrorTerminal = true }, [command, .. arguments]);

        run.Code.ShouldBe(0, run.Error);
        foreach (Run each in (Run[])[run, terminal])
        {
            each.Everything.ShouldContain(@"\u001b");
            each.Everything.Where(letter => letter is not '\n' && (char.IsControl(letter) || letter == '\u202e')).ShouldBeEmpty();
        }
    }

    [Fact]
    public async Task Output_AsJson_IsExact()
    {
        await using DeadLetterHost host = await CreateAsync();

        Run run = await host.RunAsync("show", Queue, "evil", "--json");

        run.Output.TrimEnd('\n').Where(char.IsControl).ShouldBeEmpty();
        run.Json.GetProperty("bodyText").GetString().ShouldBe(Evil);
        run.Json.GetProperty("failure").GetProperty("exceptionType").GetString().ShouldBe(Evil);
        run.Json.GetProperty("headers").GetProperty(Evil).GetString().ShouldBe(Evil);
    }

    [Fact]
    public async Task SavedBody_OnATerminal_IsRefused()
    {
        await using DeadLetterHost host = await CreateAsync();

        Run run = await host.RunAsync(environment => environment with { IsOutputTerminal = true }, ["show", Queue, "evil", "--save-body", "-"]);

        run.Code.ShouldBe(1);
        run.Error.ShouldContain("Redirect the output");
    }

    private async Task<DeadLetterHost> CreateAsync()
    {
        DeadLetterHost host = await DeadLetterHost.CreateAsync(broker);
        await host.DeclareAsync(Queue);
        BasicProperties properties = new()
        {
            MessageId = "evil",
            CorrelationId = Evil,
            Headers = new Dictionary<string, object?>(StringComparer.Ordinal)
            {
                ["MT-Fault-ExceptionType"] = Evil,
                ["MT-Fault-Message"] = Evil,
                ["MT-Fault-StackTrace"] = Evil,
                ["MT-Fault-ConsumerType"] = Evil,
                ["MT-Fault-MessageType"] = Evil,
                [Evil] = Evil,
                ["nested"] = new Dictionary<string, object?>(StringComparer.Ordinal) { [Evil] = new List<object?> { Evil } },
            },
        };
        await host.PublishAsync(Queue, (properties, Encoding.UTF8.GetBytes(Evil)));
        return host;
    }
}
