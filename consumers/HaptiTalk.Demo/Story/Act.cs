using HaptiTalk.Contracts;
using MassTransit;

namespace HaptiTalk.Demo;

/// <summary>Plays the story once and measures it.</summary>
internal sealed class Act(ActHost host, bool isProtected, TimeProvider clock)
{
    private static readonly TimeSpan HeavyReport = TimeSpan.FromMilliseconds(600);

    private readonly CallLog _log = new();
    private readonly BreakerWatch _watch = new(host.Resilience, clock);

    public async Task<ActResult> PlayAsync(Func<ActView, CancellationToken, Task> show, CancellationToken cancellationToken)
    {
        var callers = new Callers(host.Services, clock, _log.Add);
        IReadOnlyList<Route> routes = Route.Steady(await IssueTokenAsync(cancellationToken));
        await WarmUpAsync(routes, cancellationToken);
        long executionsBefore = host.Executions.Count;

        using var stopCalling = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var stopWatching = new CancellationTokenSource();
        var view = new ActView(isProtected, _log, _watch, host.Resilience, clock);
        Task calling = Task.WhenAll(routes.Select(route => callers.CallAsync(route, stopCalling.Token)));
        Task watching = _watch.RunAsync(stopWatching.Token);
        Task showing = show(view, stopWatching.Token);
        long outageEndedAt = 0;
        try
        {
            foreach (Scene scene in Scene.Story)
            {
                callers.Phase = scene.Phase;
                view.Begin(scene);
                await PlayAsync(scene, callers, cancellationToken);
                if (scene.Phase == Phase.Outage)
                {
                    host.Outage.End();
                    outageEndedAt = clock.GetTimestamp();
                }
            }

            await stopCalling.CancelAsync();
            await calling;
            await callers.EndAsync();
            host.ReportWeight.Time = TimeSpan.Zero;
            // What nobody waits for any more costs work, too. And a service that stops before another asks it is waited for.
            await host.Executions.SettleAsync(clock, cancellationToken);
        }
        finally
        {
            host.Outage.End();
            await stopCalling.CancelAsync();
            await stopWatching.CancelAsync();
            await Task.WhenAll(calling, watching, showing);
        }

        return new(
            isProtected,
            _log.Calls,
            host.Executions.Count - executionsBefore,
            await host.ErrorQueues.CountAsync(cancellationToken),
            _watch.Changes,
            _watch.LongestQueue,
            outageEndedAt,
            ActHost.ServiceNames.ToDictionary(
                name => name,
                name => BarePatience.Of(host.Services.GetRequiredService<IConfiguration>(), name),
                StringComparer.Ordinal));
    }

    /// <summary>Goes on with the steady traffic until cancelled.</summary>
    public async Task GoOnAsync(CancellationToken cancellationToken)
    {
        var callers = new Callers(host.Services, clock, static _ => { });
        IReadOnlyList<Route> routes = Route.Steady(await IssueTokenAsync(cancellationToken));
        await Task.WhenAll(routes.Select(route => callers.CallAsync(route, cancellationToken)));
        await callers.EndAsync();
    }

    private async Task PlayAsync(Scene scene, Callers callers, CancellationToken cancellationToken)
    {
        if (scene.Phase == Phase.Outage)
            host.Outage.Begin();
        if (scene.Phase != Phase.Flood)
        {
            await Task.Delay(scene.Length, clock, cancellationToken);
            return;
        }

        host.ReportWeight.Time = HeavyReport;
        using var subsides = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        subsides.CancelAfter(scene.Length);
        await callers.CallAsync(Route.Flood, subsides.Token);
    }

    private async Task<string> IssueTokenAsync(CancellationToken cancellationToken)
    {
        await using AsyncServiceScope scope = host.Services.CreateAsyncScope();
        Response<TokenIssued> issued = await scope.ServiceProvider.GetRequiredService<IRequestClient<IssueToken>>()
            .GetResponse<TokenIssued>(new IssueToken("user-001"), cancellationToken);
        return issued.Message.Token;
    }

    // What a process does for the first time it does slowly; that is not what the story is about.
    private async Task WarmUpAsync(IReadOnlyList<Route> routes, CancellationToken cancellationToken)
    {
        for (int n = 0; n < 5; n++)
        {
            foreach (Route route in routes)
            {
                await using AsyncServiceScope scope = host.Services.CreateAsyncScope();
                await route.SendAsync(scope.ServiceProvider, n, cancellationToken);
            }
        }
    }
}
