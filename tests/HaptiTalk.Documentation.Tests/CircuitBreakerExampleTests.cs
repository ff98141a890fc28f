using System.Text;
using HaptiTalk.Messaging.Resilience;
using Microsoft.Extensions.Configuration;

namespace HaptiTalk.Documentation.Tests;

/// <summary>The settings that the page about the breaker shows do what it says of them.</summary>
public sealed class CircuitBreakerExampleTests
{
    private const int MinimumThroughput = 50;

    private static readonly string[] Shown = SettingsOf(MarkdownPage.Read("docs/circuit-breaker.md").CodeBlocks.First(block => block.Language == "json").Code);

    [Fact]
    public async Task HalfOfTheCalls_Failed_OpenTheBreakerAtTheMinimumThroughput()
    {
        await using SampleHost host = NewHost();
        for (int i = 1; i < MinimumThroughput; i++)
            await CallAsync(host, fails: i % 2 == 0);
        CircuitState before = host.Snapshot().CircuitState;

        await CallAsync(host, fails: true);

        before.ShouldBe(CircuitState.Closed);
        host.Snapshot().CircuitState.ShouldBe(CircuitState.Open);
    }

    [Fact]
    public async Task HalfOfTheCalls_FailedOverALongerTime_LeaveItClosed()
    {
        await using SampleHost host = NewHost();
        for (int i = 0; i < 2 * MinimumThroughput; i++)
        {
            await CallAsync(host, fails: i % 2 == 0);
            host.Clock.Advance(TimeSpan.FromSeconds(0.5));
        }

        host.Snapshot().CircuitState.ShouldBe(CircuitState.Closed);
    }

    [Fact]
    public async Task SlowCalls_ThatSucceed_OpenTheBreakerAndASlowProbeOpensItAgain()
    {
        await using SampleHost host = NewHost();
        for (int i = 0; i < MinimumThroughput / 10; i++)
            await CallSlowlyAsync(host, calls: 10);
        CircuitState afterSlowCalls = host.Snapshot().CircuitState;
        host.Clock.Advance(TimeSpan.FromMinutes(1));

        await CallSlowlyAsync(host, calls: 1);

        afterSlowCalls.ShouldBe(CircuitState.Open);
        host.Snapshot().CircuitState.ShouldBe(CircuitState.Open);
        host.Snapshot().TimeUntilProbe.ShouldBe(TimeSpan.FromMinutes(1));
    }

    private static SampleHost NewHost() => SampleHost.With((_, _) => { }, [.. Shown, "Resilience:Profiles:user:Retry:MaxRetries=0"]);

    private static string[] SettingsOf(string json)
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(json));
        return [.. new ConfigurationBuilder().AddJsonStream(stream).Build().AsEnumerable().Where(setting => setting.Value is not null).Select(setting => $"{setting.Key}={setting.Value}")];
    }

    private static async Task CallAsync(SampleHost host, bool fails) => await Record.ExceptionAsync(() => host.User.ExecuteAsync(
        _ => fails ? Task.FromException(new InvalidOperationException("broken")) : Task.CompletedTask,
        cancellationToken: TestContext.Current.CancellationToken).AsTask());

    private static async Task CallSlowlyAsync(SampleHost host, int calls)
    {
        var end = new TaskCompletionSource();
        Task[] running = [.. Enumerable.Range(0, calls).Select(_ => host.User.ExecuteAsync(
            _ => end.Task, cancellationToken: TestContext.Current.CancellationToken).AsTask())];
        host.Clock.Advance(TimeSpan.FromSeconds(1.1));
        end.SetResult();
        await Task.WhenAll(running);
    }
}
