using HaptiTalk.Messaging.Resilience.Brokers;
using Microsoft.Extensions.DependencyInjection;

[assembly: AssemblyFixture(typeof(BrokerFixture))]

namespace HaptiTalk.Messaging.Resilience.Transport.Tests;

/// <summary>Breaker, holding, refusals and a broker that is away, on a real broker, with nothing of ours but the core.</summary>
public sealed class PlainClientTests(BrokerFixture broker) : IAsyncLifetime
{
    private static readonly ControlTarget Consuming = new("user", ResilienceSide.Consumer);
    private readonly List<IAsyncDisposable> _open = [];
    private VirtualHost _host = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _open.Add(_host = await broker.CreateVirtualHostAsync(Token));

    public async ValueTask DisposeAsync()
    {
        foreach (IAsyncDisposable open in Enumerable.Reverse(_open))
            await open.DisposeAsync();
    }

    [Fact]
    public async Task AskAsync_ServiceFails_OpensTheCallersCircuit()
    {
        await ConsumeAsync(Process(), static _ => throw new IOException("disk"));
        Caller caller = await ConnectAsync("Retry:MaxRetries=0", "CircuitBreaker:FailureThreshold=2");

        (await Should.ThrowAsync<RemoteException>(caller.AskAsync("1", Token))).Message.ShouldBe("disk");
        await Should.ThrowAsync<RemoteException>(caller.AskAsync("2", Token));
        (await Should.ThrowAsync<CircuitOpenRejectedException>(caller.AskAsync("3", Token))).IsRemote.ShouldBeFalse();
    }

    [Fact]
    public async Task Consume_CircuitIsIsolated_RequestsAreRefusedAndEventsHeldUntilItIsClosed()
    {
        ServiceProvider service = Process();
        int handled = 0;
        await ConsumeAsync(service, text => new($"{Interlocked.Increment(ref handled)}{text}"));
        service.GetRequiredService<IResilienceControl>().Isolate(Consuming, "test");
        Caller caller = await ConnectAsync();

        CircuitOpenRejectedException refusal = await Should.ThrowAsync<CircuitOpenRejectedException>(caller.AskAsync("1", Token));
        (refusal.IsRemote, refusal.Service, refusal.State).ShouldBe((true, "user", CircuitState.Isolated));
        for (int i = 0; i < 3; i++)
            await caller.PublishAsync($"{i}", Token);
        await UntilAsync(() => Task.FromResult(Held(service) == 3));
        Volatile.Read(ref handled).ShouldBe(0);
        service.GetRequiredService<IResilienceControl>().Close(Consuming, "test");

        await UntilAsync(() => Task.FromResult(Volatile.Read(ref handled) == 3 && Held(service) == 0));
    }

    [Fact]
    public async Task Consume_OneOfTwoInstancesIsIsolated_TheOtherAnswersAll()
    {
        ServiceProvider ill = Process();
        await ConsumeAsync(ill, static _ => new("ill"));
        await ConsumeAsync(Process(), static _ => new("well"));
        ill.GetRequiredService<IResilienceControl>().Isolate(Consuming, "test");
        Caller caller = await ConnectAsync();

        for (int i = 0; i < 20; i++)
            (await caller.AskAsync($"{i}", Token)).ShouldBe("well");
    }

    [Fact]
    public async Task AskAsync_BrokerAway_IsRefusedUntilItIsBack()
    {
        await ConsumeAsync(Process(), static text => new(text));
        Caller caller = await ConnectAsync();
        (await caller.AskAsync("before", Token)).ShouldBe("before");

        await _host.DeleteAsync(Token);
        await UntilAsync(async () => await Record.ExceptionAsync(() => caller.AskAsync("away", Token)) is BrokerUnavailableRejectedException);
        await _host.PutAsync(Token);

        await UntilAsync(async () => await Record.ExceptionAsync(() => caller.AskAsync("after", Token)) is null);
    }

    private static int Held(ServiceProvider service) => service.GetRequiredService<IMessagingResilience>().GetSnapshot().Sum(snapshot => snapshot.HeldMessages);

    private static async Task UntilAsync(Func<Task<bool>> isSo)
    {
        while (!await isSo())
            await Task.Delay(20, Token);
    }

    private ServiceProvider Process(params string[] settings) => Opened(new ServiceCollection()
        .AddMessagingResilience(written => Array.ForEach(settings, setting => written[$"Profiles:user:{setting.Split('=')[0]}"] = setting.Split('=')[1]))
        .Services.BuildServiceProvider());

    private async Task ConsumeAsync(ServiceProvider process, Func<string, ValueTask<string>> handler) =>
        Opened(await Consumer.StartAsync(process.GetRequiredService<TransportResilience>(), _host.Address, handler, Token));

    private async Task<Caller> ConnectAsync(params string[] settings) =>
        Opened(await Caller.ConnectAsync(Process(settings).GetRequiredService<TransportResilience>(), _host.Address, Token));

    private T Opened<T>(T open)
        where T : IAsyncDisposable
    {
        _open.Add(open);
        return open;
    }
}
