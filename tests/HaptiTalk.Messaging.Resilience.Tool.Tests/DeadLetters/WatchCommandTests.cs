using System.Text.Json;
using HaptiTalk.Messaging.Resilience.Brokers;

namespace HaptiTalk.Messaging.Resilience.Tool.Tests.DeadLetters;

public sealed class WatchCommandTests(BrokerFixture broker)
{
    [Fact]
    public async Task Watch_Json_WritesALineForEachChangeUntilStopped()
    {
        await using DeadLetterHost host = await DeadLetterHost.CreateAsync(broker, failures: 1);
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        using SignallingWriter output = new();

        Task<Run> watching = host.RunAsync(
            environment => environment with { Output = output }, ["watch", "user_error", "--interval", "100ms", "--json"], stop.Token);
        await output.WaitForAsync("\"messages\":1", TestContext.Current.CancellationToken);
        await host.FailAsync("user_error", 2);
        await output.WaitForAsync("\"messages\":3", TestContext.Current.CancellationToken);
        await stop.CancelAsync();
        Run run = await watching;

        run.Code.ShouldBe(0, run.Error);
        JsonElement[] lines = [.. run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)];
        lines.Select(line => line.GetProperty("queue").GetString()).ShouldAllBe(queue => queue == "user_error");
        lines.Select(line => line.GetProperty("messages").GetInt64()).ShouldBeInOrder();
        lines[^1].GetProperty("growthPerMinute").GetDouble().ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task Watch_Terminal_ShowsATable()
    {
        await using DeadLetterHost host = await DeadLetterHost.CreateAsync(broker, failures: 1);
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        using SignallingWriter output = new();

        Task<Run> watching = host.RunAsync(
            environment => environment with { Output = output, IsOutputTerminal = true }, ["watch", "--interval", "100ms"], stop.Token);
        await output.WaitForAsync("0 /min", TestContext.Current.CancellationToken);
        await stop.CancelAsync();
        Run run = await watching;

        run.Code.ShouldBe(0, run.Error);
        run.Output.ShouldContain("user_error");
    }

    [Fact]
    public async Task Watch_WithoutManagementAndNames_EndsWith3()
    {
        await using DeadLetterHost host = await DeadLetterHost.CreateAsync(broker);

        (await host.RunAsync("watch", "--no-management")).Code.ShouldBe(3);
    }

    /// <summary>Tells when something has been written.</summary>
    private sealed class SignallingWriter : StringWriter
    {
        private readonly SemaphoreSlim _written = new(0);

        public override void Write(char value)
        {
            lock (_written)
                base.Write(value);
            _written.Release();
        }

        public override void Write(string? value)
        {
            lock (_written)
                base.Write(value);
            _written.Release();
        }

        public override void WriteLine(string? value) => Write(value + "\n");

        public override string ToString()
        {
            lock (_written)
                return base.ToString();
        }

        public async Task WaitForAsync(string text, CancellationToken cancellationToken)
        {
            using CancellationTokenSource deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            deadline.CancelAfter(TimeSpan.FromSeconds(20));
            while (!ToString().Contains(text, StringComparison.Ordinal))
                await _written.WaitAsync(deadline.Token);
        }
    }
}
