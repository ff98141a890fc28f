namespace HaptiTalk.Messaging.Resilience.BrokerBenchmarks.Soak;

/// <summary>What happens to a soak, each a name and what it does. Each leaves things as they should be again.</summary>
internal sealed class SoakFaults(SoakSite site, SoakManagement management, SettingsFile settings, Random random)
{
    public IReadOnlyList<(string Name, Func<CancellationToken, Task> RunAsync)> All =>
    [
        ("kill -9 and start", KillAsync),
        ("freeze and thaw", FreezeAsync),
        ("connection closed by the broker", CloseConnectionAsync),
        ("connection closed by the broker", CloseConnectionAsync),
        ("link cut", CutAsync),
        ("link silent", SilenceAsync),
        ("consumer stopped and started", RestartAsync),
        ("settings changed", token => ChangeAsync(settings.Change, token)),
        ("settings wrong", token => ChangeAsync(settings.Spoil, token)),
        ("settings broken", token => ChangeAsync(settings.Break, token)),
    ];

    private async Task KillAsync(CancellationToken cancellationToken)
    {
        await site.Broker.KillAsync(cancellationToken);
        await WaitAsync(0, 5, cancellationToken);
        await site.Broker.StartAsync(cancellationToken);
        if (site.Broker.IsContainer)
            site.ContainerStarts++;
    }

    private async Task FreezeAsync(CancellationToken cancellationToken)
    {
        await site.Broker.FreezeAsync(cancellationToken);
        await WaitAsync(1, 15, cancellationToken);
        await site.Broker.ThawAsync(cancellationToken);
    }

    private async Task CutAsync(CancellationToken cancellationToken)
    {
        SoakService service = Any();
        await service.Link.CutAsync();
        await WaitAsync(0, 5, cancellationToken);
        await service.Link.HealAsync();
    }

    private async Task SilenceAsync(CancellationToken cancellationToken)
    {
        SoakService service = Any();
        await service.Link.SilenceAsync(cancellationToken);
        await WaitAsync(1, 15, cancellationToken);
        await service.Link.HealAsync();
    }

    private async Task RestartAsync(CancellationToken cancellationToken)
    {
        SoakService service = random.Next(2) == 0 ? site.Orders : site.Stock;
        await service.StopAsync();
        await WaitAsync(0, 5, cancellationToken);
        await service.StartAsync(cancellationToken);
    }

    private async Task CloseConnectionAsync(CancellationToken cancellationToken)
    {
        IReadOnlyList<string> connections = await management.ConnectionsAsync(cancellationToken);
        await management.CloseAsync(connections[random.Next(connections.Count)], cancellationToken);
    }

    private SoakService Any() => site.Services[random.Next(site.Services.Count)];

    private Task WaitAsync(int least, int most, CancellationToken cancellationToken) =>
        Task.Delay(TimeSpan.FromSeconds(least + (random.NextDouble() * (most - least))), TimeProvider.System, cancellationToken);

    // A service does not start with wrong settings, so they do not stay.
    private async Task ChangeAsync(Action change, CancellationToken cancellationToken)
    {
        change();
        await WaitAsync(1, 5, cancellationToken);
        settings.Change();
    }
}
