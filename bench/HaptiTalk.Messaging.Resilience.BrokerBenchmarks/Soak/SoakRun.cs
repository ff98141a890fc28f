using System.Diagnostics;
using System.Globalization;
using HaptiTalk.Messaging.Resilience.Brokers;

namespace HaptiTalk.Messaging.Resilience.BrokerBenchmarks.Soak;

/// <summary>One soak: load, faults under it, calm, and what is left.</summary>
internal sealed class SoakRun(BrokerFixture broker, SoakSettings settings)
{
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(5);

    private readonly SortedDictionary<string, int> _faults = new(StringComparer.Ordinal);

    public async Task<SoakResult> RunAsync(CancellationToken cancellationToken)
    {
        using var unobserved = new UnobservedExceptions();
        using var pauses = new MachinePauses();
        using var file = new SettingsFile();
        var ledger = new Ledger(settings.Capacity);
        await using SoakSite site = await SoakSite.StartAsync(broker, ledger, file.Path, cancellationToken);
        using var management = new SoakManagement(broker.Management, site.VirtualHost.Name);
        var calls = new SoakCalls(site.Gateway.Services, ledger, pauses);

        await calls.BeginAsync(cancellationToken);
        await UnderLoadAsync(
            site, calls, unobserved, static token => Task.Delay(SoakSettings.WarmUp, TimeProvider.System, token), cancellationToken);
        Rest start = await Rest.AwaitAsync(site, management, calls, start: null, SoakSettings.RestPatience, cancellationToken);
        var faults = new SoakFaults(site, management, file, new Random(settings.Seed));
        await UnderLoadAsync(site, calls, unobserved, token => FaultsAsync(faults, token), cancellationToken);
        Rest end = await Rest.AwaitAsync(site, management, calls, start, SoakSettings.RestPatience, cancellationToken);
        return new(_faults, ledger, calls, pauses, unobserved, start, end);
    }

    private static async Task UnderLoadAsync(
        SoakSite site,
        SoakCalls calls,
        UnobservedExceptions unobserved,
        Func<CancellationToken, Task> meanwhile,
        CancellationToken cancellationToken)
    {
        using CancellationTokenSource ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task load = Task.WhenAll(calls.RunAsync(ending.Token), TellAsync(site, calls, unobserved, ending.Token));
        try
        {
            await meanwhile(cancellationToken);
        }
        finally
        {
            await ending.CancelAsync();
            await load;
        }
    }

    // Drawn from a source of its own, so that the order is the same however much each fault draws for itself.
    private async Task FaultsAsync(SoakFaults faults, CancellationToken cancellationToken)
    {
        var random = new Random(settings.Seed);
        long began = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(began) < settings.Length)
        {
            (string name, Func<CancellationToken, Task> runAsync) = faults.All[random.Next(faults.All.Count)];
            await Progress.WriteAsync(name);
            _faults[name] = _faults.GetValueOrDefault(name) + 1;
            await runAsync(cancellationToken);
            await Task.Delay(settings.Pause * 2 * random.NextDouble(), TimeProvider.System, cancellationToken);
        }

        await Progress.WriteAsync("calm");
        await Task.Delay(SoakSettings.Calm, TimeProvider.System, cancellationToken);
    }

    private static async Task TellAsync(SoakSite site, SoakCalls calls, UnobservedExceptions unobserved, CancellationToken ending)
    {
        using var timer = new PeriodicTimer(Tick);
        try
        {
            while (await timer.WaitForNextTickAsync(ending))
            {
                UnobservedExceptions.Force();
                await Progress.WriteAsync(string.Create(
                    CultureInfo.InvariantCulture,
                    $"answered {calls.Answered}, not {calls.Unanswered}; publishes failed {calls.Unconfirmed}; overdue {calls.Overdue}; "
                        + $"unobserved {unobserved.Count}; circuits not closed: {site.Open}"));
            }
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            // It ends so.
        }
    }
}
