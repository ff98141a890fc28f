using HaptiTalk.Messaging.Resilience.Tests;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;

namespace HaptiTalk.Messaging.Resilience.RabbitMq.Tests.Bus;

/// <summary>A request, a publish and a send, tried while the broker is away and after.</summary>
internal sealed class OutageCalls(RabbitBus bus)
{
    public static readonly TimeSpan Total = TimeSpan.FromSeconds(1);

    private readonly IRequestClient<Ask> _client = bus.Client<Ask>();
    private readonly IPublishEndpoint _publisher = bus.Services.GetRequiredService<IPublishEndpoint>();
    private readonly ISendEndpointProvider _sender = bus.Services.GetRequiredService<ISendEndpointProvider>();

    // The breaker stays out of it: a refusal at once would be within the bound too.
    public static Dictionary<string, string?> Settings { get; } = Resilience.Tests.Settings.Of(
        "user:Timeout:DefaultTimeout=00:00:01", "user:CircuitBreaker:FailureThreshold=1000000");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public Task AskAsync() => _client.GetResponse<Answer>(new Ask("x"), Token);

    public Task PublishAsync(int number) => _publisher.Publish(new Happened(number), Token);

    public async Task SendAsync() => await (await _sender.GetSendEndpoint(new Uri("queue:outage"))).Send(new Happened(0), Token);

    /// <summary>Each call ends at its total timeout, or before it once the outage is known.</summary>
    public async Task ExpectBoundsAsync()
    {
        foreach (Func<Task> call in (Func<Task>[])[AskAsync, () => PublishAsync(0), SendAsync])
        {
            TimeSpan overtime = await Bound.OvertimeAsync(Total, () => ExpectFailureAsync(call));
            overtime.ShouldBeLessThan(Bound.Tolerance);
        }
    }

    /// <summary>Each call ends at its total timeout or before it, one way or the other.</summary>
    public async Task EndInTimeAsync()
    {
        foreach (Func<Task> call in (Func<Task>[])[AskAsync, () => PublishAsync(0), SendAsync])
            (await Bound.OvertimeAsync(Total, () => SucceedsAsync(call))).ShouldBeLessThan(Bound.Tolerance);
    }

    /// <summary>Ends when each call has succeeded: every try is bounded, so this waits for the connection and for nothing else.</summary>
    public async Task SucceedAsync()
    {
        foreach (Func<Task> call in (Func<Task>[])[AskAsync, () => PublishAsync(0), SendAsync])
        {
            while (!await SucceedsAsync(call))
                Token.ThrowIfCancellationRequested();
        }
    }

    private static async Task<bool> SucceedsAsync(Func<Task> call)
    {
        try
        {
            await call();
            return true;
        }
        // MassTransit's own too: the connection may end meanwhile, and the consumer's queue may not be there yet.
        catch (Exception failure) when (IsOutage(failure) || failure is MassTransitException)
        {
            return false;
        }
    }

    private static async Task ExpectFailureAsync(Func<Task> call)
    {
        Exception failure = await Should.ThrowAsync<Exception>(call);
        IsOutage(failure).ShouldBeTrue(failure.ToString());
        failure.Message.ShouldContain("'user'");
    }

    private static bool IsOutage(Exception failure) =>
        failure is RequestTimedOutException or ExecutionTimeoutException or BrokerUnavailableRejectedException;
}
