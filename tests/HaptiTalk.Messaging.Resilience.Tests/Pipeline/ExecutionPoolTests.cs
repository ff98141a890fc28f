using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>Runs are used again; no call may see anything of another.</summary>
public sealed class ExecutionPoolTests
{
    private const int Tasks = 16;
    private const int CallsPerTask = 5_000;

    [Fact]
    public async Task ExecuteAsync_ManyAtOnceThatYieldFailAndFallBack_EachGetsItsOwn()
    {
        await using ServiceProvider services = new ServiceCollection()
            .AddMessagingResilience(new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
            {
                ["Resilience:Profiles:user:Retry:MaxRetries"] = "0",
                ["Resilience:Profiles:user:CircuitBreaker:FailureThreshold"] = "1000000",
                ["Resilience:Profiles:user:Fallback:ErrorThreshold"] = "1",
                ["Resilience:Profiles:user:Bulkhead:MaxConcurrentCalls"] = "8",
                ["Resilience:Profiles:user:Bulkhead:QueueCapacity"] = "16",
            }).Build()).Services.BuildServiceProvider();
        IServiceResilience user = services.GetRequiredService<IMessagingResilience>().For("user");
        user.RegisterFallback("fallback", static (failure, _) => ValueTask.FromResult($"instead of {failure.Message}"));

        string[][] results = await Task.WhenAll(Enumerable.Range(0, Tasks).Select(
            task => Task.Run(() => CallManyTimesAsync(user, task), TestContext.Current.CancellationToken)));

        results.SelectMany(static wrong => wrong).ShouldBeEmpty();
    }

    private static async Task<string[]> CallManyTimesAsync(IServiceResilience user, int task)
    {
        var random = new Random(task);
        var wrong = new List<string>();
        for (int call = 0; call < CallsPerTask; call++)
        {
            string id = $"{task}/{call}";
            int kind = random.Next(4);
            string expected = kind switch { 2 => $"instead of {id}", 3 => $"thrown {id}", _ => id };
            string actual = await CallAsync(user, id, kind);
            if (actual != expected)
                wrong.Add($"{expected} became {actual}");
        }

        return [.. wrong];
    }

    private static async Task<string> CallAsync(IServiceResilience user, string id, int kind)
    {
        using var caller = new CancellationTokenSource();
        try
        {
            return await user.ExecuteAsync(
                async ValueTask<string> (token) =>
                {
                    if (kind > 0)
                        await Task.Yield();
                    return kind < 2 ? id : throw new InvalidOperationException(id);
                },
                new ExecutionOptions { Operation = $"operation{kind}", FallbackKey = kind == 2 ? "fallback" : null },
                caller.Token);
        }
        catch (InvalidOperationException failure)
        {
            return $"thrown {failure.Message}";
        }
    }
}
