using HaptiTalk.Messaging.Resilience.BrokerBenchmarks.ErrorQueue;
using HaptiTalk.Messaging.Resilience.Brokers;

namespace HaptiTalk.Messaging.Resilience.BrokerBenchmarks.Chains;

/// <summary>The processes of a scenario on a virtual host of their own. The first of them calls, the last is the end of a chain.</summary>
internal sealed class Site : IAsyncDisposable
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(250);

    private readonly VirtualHost _virtualHost;
    private readonly QueueReader _queues;
    private readonly string[] _services;
    private readonly List<InstanceProcess> _instances = [];

    private Site(VirtualHost virtualHost, QueueReader queues, string[] services)
    {
        _virtualHost = virtualHost;
        _queues = queues;
        _services = services;
    }

    public InstanceProcess Caller => _instances[0];

    public InstanceProcess Last => _instances[^1];

    public static async Task<Site> StartAsync(BrokerFixture broker, CancellationToken cancellationToken, params InstanceSettings[] instances)
    {
        VirtualHost virtualHost = await broker.CreateVirtualHostAsync(cancellationToken);
        var site = new Site(
            virtualHost,
            await QueueReader.ConnectAsync(virtualHost.Address, cancellationToken),
            [.. instances.Select(static instance => instance.Service).OfType<string>().Distinct(StringComparer.Ordinal)]);
        try
        {
            site._instances.AddRange(await Task.WhenAll(
                instances.Select(settings => InstanceProcess.StartAsync(settings with { Broker = virtualHost.Address }, cancellationToken))));
            return site;
        }
        catch
        {
            await site.DisposeAsync();
            throw;
        }
    }

    /// <summary>A few calls that do not count and may take long, so that the first one that does finds compiled code and open channels.</summary>
    public async Task WarmUpAsync(string message, CancellationToken cancellationToken)
    {
        await SetPatienceAsync(isOver: false);
        await Caller.LoadAsync(new(message, PerSecond: 5, TimeSpan.FromSeconds(1)), cancellationToken);
        await SetPatienceAsync(isOver: true);

        Task SetPatienceAsync(bool isOver) =>
            Task.WhenAll(_instances.Select(instance => instance.SetPatienceAsync(new(_services, isOver), cancellationToken)));
    }

    public async Task<SiteReport> ReportAsync(CancellationToken cancellationToken) =>
        new(await Task.WhenAll(_instances.Select(instance => instance.ReportAsync(cancellationToken))));

    /// <summary>Copies of failed messages.</summary>
    public async Task<uint> CountErrorsAsync(IEnumerable<string> services, CancellationToken cancellationToken)
    {
        uint sum = 0;
        foreach (string service in services)
            sum += await _queues.CountAsync($"{service}_error", cancellationToken);
        return sum;
    }

    /// <summary>Looks until something is so, or its time is over.</summary>
    /// <returns>Whether it is so.</returns>
    public static async Task<bool> WaitAsync(Func<Task<bool>> isSo, TimeSpan limit, CancellationToken cancellationToken)
    {
        long began = TimeProvider.System.GetTimestamp();
        while (!await isSo())
        {
            if (TimeProvider.System.GetElapsedTime(began) > limit)
                return false;
            await Task.Delay(Look, TimeProvider.System, cancellationToken);
        }

        return true;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (InstanceProcess instance in _instances)
            await instance.DisposeAsync();
        await _queues.DisposeAsync();
        await _virtualHost.DisposeAsync();
    }
}

/// <summary>What all processes of a site say together.</summary>
internal sealed class SiteReport(IReadOnlyList<InstanceReport> reports)
{
    public long BreakerFailures => reports.Sum(static report => report.BreakerFailures);

    public long CircuitsOpened => reports.Sum(static report => report.CircuitsOpened);

    /// <summary>How often the messages of a load were run that reached a consumer; NaN where none did.</summary>
    public double RunsPerCall(string message, LoadResult load)
    {
        ILookup<int, int> times = Of(message)
            .SelectMany(static runs => runs.Times).Where(run => IsOf(load, run.Key)).ToLookup(static run => run.Key, static run => run.Value);
        return times.Count == 0 ? double.NaN : (double)times.Sum(static run => run.Sum()) / times.Count;
    }

    /// <summary>How many messages of a load were completed.</summary>
    public int Completed(string message, LoadResult load) =>
        Of(message).SelectMany(static runs => runs.Completed).Where(number => IsOf(load, number)).Distinct().Count();

    private static bool IsOf(LoadResult load, int number) => number >= load.FirstNumber && number < load.FirstNumber + load.Calls;

    private IEnumerable<MessageRuns> Of(string message) =>
        reports.Select(report => report.Runs.GetValueOrDefault(message)).OfType<MessageRuns>();
}
