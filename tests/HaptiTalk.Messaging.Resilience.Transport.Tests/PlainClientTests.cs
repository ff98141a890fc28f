using HaptiTalk.Messaging.Resilience.Brokers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

[assembly: AssemblyFixture(typeof(BrokerFixture))]

namespace HaptiTalk.Messaging.Resilience.Transport.Tests;

/// <summary>Breaker, holding, refusals and the broker's absence on a real broker, with nothing of ours but the core.</summary>
public sealed class PlainClientTests(BrokerFixture broker) : IAsyncLifetime
{
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
        await ConsumeAsync(await StartAsync(), static _ => throw new IOException("disk"));
        Caller caller = await ConnectAsync(await StartAsync("CircuitBreaker:FailureThreshold=2"));

        (await Should.ThrowAsync<RemoteException>(caller.AskAsync("1", Token))).Message.ShouldBe("disk");
        await Should.ThrowAsync<RemoteException>(caller.AskAsync("2", Token));

        (await Should.ThrowAsync<CircuitOpenRejectedException>(caller.AskAsync("3", Token))).IsRemote.ShouldBeFalse();
    }

    [Fact]
    public async Task AskAsync_ServiceRefuses_CallerLearnsWhyAndWhen()
    {
        IHost service = await StartAsync();
        await ConsumeAsync(service, static text => new(text));
        service.Services.GetRequiredService<IResilienceControl>().Isolate(new("user", ResilienceSide.Consumer), "test");
        Caller caller = await ConnectAsync(await StartAsync());

        CircuitOpenRejectedException refusal = await Should.ThrowAsync<CircuitOpenRejectedException>(caller.AskAsync("1", Token));

        (refusal.IsRemote, refusal.Service, refusal.State).ShouldBe((true, "user", CircuitState.Isolated));
    }

    [Fact]
    public async Task PublishAsync_CircuitIsIsolated_EventsAreHeldUntilItIsClosed()
    {
        IHost service = await StartAsync();
        using var handled = new CountdownEvent(3);
        await ConsumeAsync(service, text =>
        {
            handled.Signal();
            return new(text);
        });
        IResilienceControl control = service.Services.GetRequiredService<IResilienceControl>();
        control.Isolate(new("user", ResilienceSide.Consumer), "test");
        Caller caller = await ConnectAsync(await StartAsync());

        for (int i = 0; i < 3; i++)
            await caller.PublishAsync($"{i}", Token);
        await UntilAsync(() => Task.FromResult(Held(service) == 3));
        handled.CurrentCount.ShouldBe(3, "none has run");
        control.Close(new("user", ResilienceSide.Consumer), "test");

        await UntilAsync(() => Task.FromResult(handled.IsSet));
        Held(service).ShouldBe(0);
    }

    [Fact]
    public async Task AskAsync_OneInstanceIsIsolated_TheOtherAnswersAll()
    {
        IHost ill = await StartAsync();
        await ConsumeAsync(ill, static _ => new("ill"));
        await ConsumeAsync(await StartAsync(), static _ => new("well"));
        ill.Services.GetRequiredService<IResilienceControl>().Isolate(new("user", ResilienceSide.Consumer), "test");
        Caller caller = await ConnectAsync(await StartAsync());

        for (int i = 0; i < 20; i++)
            (await caller.AskAsync($"{i}", Token)).ShouldBe("well");
    }

    [Fact]
    public async Task AskAsync_BrokerAway_IsRefusedUntilItIsBack()
    {
        await ConsumeAsync(await StartAsync(), static text => new(text));
        Caller caller = await ConnectAsync(await StartAsync());
        (await caller.AskAsync("before", Token)).ShouldBe("before");

        await _host.DeleteAsync(Token);
        await UntilAsync(async () => await Record.ExceptionAsync(() => caller.AskAsync("away", Token)) is BrokerUnavailableRejectedException);
        await _host.PutAsync(Token);

        await UntilAsync(async () => await Record.ExceptionAsync(() => caller.AskAsync("after", Token)) is null);
    }

    private static int Held(IHost service) => service.Services.GetRequiredService<IMessagingResilience>().GetSnapshot().Sum(snapshot => snapshot.HeldMessages);

    private static async Task UntilAsync(Func<Task<bool>> isSo)
    {
        while (!await isSo())
            await Task.Delay(20, Token);
    }

    private async Task<IHost> StartAsync(params string[] settings)
    {
        HostApplicationBuilder builder = Host.CreateApplicationBuilder();
        builder.Services.AddMessagingResilience(profiles =>
        {
            foreach (string setting in settings.Append("Retry:MaxRetries=0"))
                profiles[$"Profiles:user:{setting.Split('=')[0]}"] = setting.Split('=')[1];
        });
        IHost host = builder.Build();
        await host.StartAsync(Token);
        return host;
    }

    private async Task ConsumeAsync(IHost host, Func<string, ValueTask<string>> handler) =>
        _open.Add(await Consumer.StartAsync(host.Services.GetRequiredService<TransportResilience>(), _host.Address, handler, Token));

    private async Task<Caller> ConnectAsync(IHost host)
    {
        Caller caller = await Caller.ConnectAsync(host.Services.GetRequiredService<TransportResilience>(), _host.Address, Token);
        _open.Add(caller);
        return caller;
    }
}
