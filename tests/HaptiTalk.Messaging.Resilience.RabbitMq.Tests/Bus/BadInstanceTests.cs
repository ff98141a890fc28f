using HaptiTalk.Messaging.Resilience.Brokers;
using HaptiTalk.Messaging.Resilience.Tests;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;

namespace HaptiTalk.Messaging.Resilience.RabbitMq.Tests.Bus;

/// <summary>Several instances of a service on one queue, of which some fail at once: those stand aside as long as others consume.</summary>
public sealed class BadInstanceTests(BrokerFixture broker)
{
    private const string Never = "10:00:00";

    private readonly RecordedEvents<ServiceEvent> _events = new();
    private int _answered;
    private int _failed;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1, false)]
    [InlineData(64, false)]
    [InlineData(1, true)]
    [InlineData(64, true)]
    public async Task GetResponse_OneOfTwoFailsAtOnce_NearlyAllCallsSucceedThoughItProbes(ushort prefetch, bool quorum)
    {
        await using VirtualHost host = await broker.CreateVirtualHostAsync(Token);
        await using RabbitBus healthy = await StartAsync(host, Works, prefetch, quorum);
        await using RabbitBus bad = await StartAsync(host, Callee.Fails, prefetch, quorum, reset: "00:00:01");
        using var calling = CancellationTokenSource.CreateLinkedTokenSource(Token);
        Task[] callers = [.. Enumerable.Range(0, 16).Select(_ => CallAsync(healthy, calling.Token))];

        await _events.NextAsync<EndpointStoodAside>();
        (_answered, _failed) = (0, 0);
        for (int probe = 0; probe < 2; probe++)
        {
            await _events.NextAsync<EndpointResumed>();
            await _events.NextAsync<EndpointStoodAside>();
        }

        // On a busy machine a second has few calls.
        while (Volatile.Read(ref _answered) < 100)
            await AskAsync(healthy, Token);
        await calling.CancelAsync();
        await Task.WhenAll(callers);

        ((double)_answered / (_answered + _failed)).ShouldBeGreaterThanOrEqualTo(0.95, $"{_failed} of {_answered + _failed} failed");
        bad.Snapshot(ResilienceSide.Consumer).HeldMessages.ShouldBe(0);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task GetResponse_AllFail_OneOfThemStaysAndRefusesAtOnce(bool quorum)
    {
        await using VirtualHost host = await broker.CreateVirtualHostAsync(Token);
        await using RabbitBus one = await StartAsync(host, Callee.Fails, 64, quorum);
        await using RabbitBus other = await StartAsync(host, Callee.Fails, 64, quorum);
        for (int opened = 0; opened < 2; opened++)
        {
            Task<CircuitBreakerOpened> opening = _events.NextAsync<CircuitBreakerOpened>();
            while (!opening.IsCompleted)
                await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => AskAsync(one, Token)));
        }

        await ConsumersAsync(host, 1);
        long began = TimeProvider.System.GetTimestamp();
        for (int call = 0; call < 10; call++)
            (await Should.ThrowAsync<CircuitOpenRejectedException>(one.Client<Ask>().GetResponse<Answer>(new Ask("x"), Token))).IsRemote.ShouldBeTrue();

        TimeProvider.System.GetElapsedTime(began).ShouldBeLessThan(TimeSpan.FromSeconds(5));
        await ConsumersAsync(host, 1);
    }

    [Fact]
    public async Task GetResponse_TheHealthyOneGoesAndAnotherComes_TheBadOneComesBackToRefuseAndStandsAsideAgain()
    {
        await using VirtualHost host = await broker.CreateVirtualHostAsync(Token);
        await using RabbitBus bad = await StartAsync(host, Callee.Fails, 64, quorum: false);
        await using (RabbitBus healthy = await StartAsync(host, Works, 64, quorum: false))
        {
            bad.Services.GetRequiredService<IResilienceControl>().Isolate(new("user", ResilienceSide.Consumer), "test");
            while (_events.All.OfType<EndpointStoodAside>().FirstOrDefault() is null)
                (await AskAsync(bad, Token)).ShouldBeTrue("an isolated instance gives a request back rather than refuse it");
        }

        await _events.NextAsync<EndpointResumed>();
        (await AskAsync(bad, Token)).ShouldBeFalse();
        await using RabbitBus scaledOut = await StartAsync(host, Works, 64, quorum: false);
        await _events.NextAsync<EndpointStoodAside>();
        PausedEndpoint shown = bad.Services.GetRequiredService<IMessagingResilience>().GetHostSnapshot().PausedEndpoints.ShouldHaveSingleItem();

        (await AskAsync(bad, Token)).ShouldBeTrue();
        (shown.State, shown.Others).ShouldBe((PausedEndpointState.Aside, 1));
        bad.Services.GetRequiredService<IResilienceControl>().Close(new("user"), "test");
        await ConsumersAsync(host, 2);
    }

    private static async Task Works(ConsumeContext<Ask> context)
    {
        await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, context.CancellationToken);
        await Callee.Answers(context);
    }

    private async Task CallAsync(RabbitBus bus, CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            if (await AskAsync(bus, CancellationToken.None))
                Interlocked.Increment(ref _answered);
            else
                Interlocked.Increment(ref _failed);
        }
    }

    // Without a policy of its own, so that nothing is repeated.
    private static async Task<bool> AskAsync(RabbitBus bus, CancellationToken cancellationToken)
    {
        try
        {
            await bus.Bus.CreateRequestClient<Ask>(RequestTimeout.After(s: 20)).GetResponse<Answer>(new Ask("x"), cancellationToken);
            return true;
        }
        catch (RequestException)
        {
            return false;
        }
    }

    private static async Task ConsumersAsync(VirtualHost host, uint expected)
    {
        while (await Queue.ConsumersAsync(host, "ask") != expected)
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, Token);
    }

    private Task<RabbitBus> StartAsync(VirtualHost host, Func<ConsumeContext<Ask>, Task> consume, ushort prefetch, bool quorum, string reset = Never) =>
        RabbitBus.StartAsync(
            host,
            (_, rabbit) => rabbit.ReceiveEndpoint("ask", endpoint =>
            {
                endpoint.PrefetchCount = prefetch;
                if (quorum)
                    endpoint.SetQuorumQueue();
                endpoint.Handler<Ask>(context => consume(context));
            }),
            Settings.Of("user:Retry:MaxRetries=0", "user:Timeout:DefaultTimeout=00:00:20", $"user:CircuitBreaker:ResetTimeout={reset}", "user:CircuitBreaker:HalfOpenMaxCalls=1"),
            resilience: added => added.OnEvent<ServiceEvent>(_events.OnEventAsync));
}
