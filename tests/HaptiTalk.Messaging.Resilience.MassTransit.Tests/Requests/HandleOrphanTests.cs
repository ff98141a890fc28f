using System.Collections.Concurrent;
using MassTransit;

namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>What MassTransit has begun for a request that is refused ends with nobody waiting for it, and surfaces nowhere.</summary>
[Collection(Timed.Name)]
public sealed class HandleOrphanTests
{
    private readonly ConcurrentQueue<string> _unobserved = [];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task GetResponse_HandlesFailedAndRefused_LeaveNoUnobservedFailure()
    {
        List<string> requests = [];
        TaskScheduler.UnobservedTaskException += Observe;
        try
        {
            await using (TestBus bus = await TestBus.StartAsync(
                static _ => { },
                (_, memory) => memory.ReceiveEndpoint("ask", endpoint => endpoint.Handler<Ask>(Callee.Fails)),
                settings: Settings.Of("user:CircuitBreaker:FailureThreshold=3"),
                protectConsumers: false))
            {
                for (int request = 0; request < 20; request++)
                    requests.Add(await FailAsync(bus.Client<Ask>(), hasAlternative: request % 2 == 0));
            }

            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
        finally
        {
            TaskScheduler.UnobservedTaskException -= Observe;
        }

        // Other tests' leavings may come to light here as well.
        _unobserved.Where(failure => failure.Contains("ResilientRequestHandle", StringComparison.Ordinal) || requests.Exists(failure.Contains)).ShouldBeEmpty();
    }

    // The second reply type is nobody's to await once the first has failed.
    private static async Task<string> FailAsync(IRequestClient<Ask> client, bool hasAlternative)
    {
        using RequestHandle<Ask> request = client.Create(new Ask("x"), Token);
        if (hasAlternative)
            _ = request.GetResponse<OtherAnswer>(readyToSend: false);
        await Should.ThrowAsync<Exception>(request.GetResponse<Answer>());
        return request.RequestId.ToString();
    }

    private void Observe(object? sender, UnobservedTaskExceptionEventArgs unseen) => _unobserved.Enqueue(unseen.Exception.ToString());
}
