using System.Diagnostics;
using HaptiTalk.Messaging.Resilience.BrokerBenchmarks.Load;
using HaptiTalk.Messaging.Resilience.BrokerBenchmarks.Results;
using HaptiTalk.Messaging.Resilience.Brokers;

namespace HaptiTalk.Messaging.Resilience.BrokerBenchmarks.Overload;

/// <summary>One protection under one load: before, while, and after there is too much of it.</summary>
internal sealed class OverloadRun(BrokerFixture broker, Protection protection, LoadSettings settings, TimeSpan work, double capacity, int factor)
{
    // What a service is run under when all is well.
    private const double Well = 0.8;
    private const double Recovered = 0.95;
    private static readonly TimeSpan Before = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan After = TimeSpan.FromSeconds(10);

    private readonly Latencies _answered = new();
    private readonly Latencies _refused = new();
    private readonly int[] _goodAfter = new int[(int)After.TotalSeconds];
    private readonly int[] _askedAfter = new int[(int)After.TotalSeconds];
    private long _executed;
    private long _overSince;

    public async Task<Measurement> RunAsync(int round, TimeSpan length, CancellationToken cancellationToken)
    {
        await using LoadSite site = await MassTransitSite.StartAsync(broker, protection, settings, WorkAsync, cancellationToken);
        await OpenLoop.RunAsync(_ => CallAsync(site, static (_, _) => { }), capacity * Well, Before, cancellationToken);
        long executedBefore = Interlocked.Read(ref _executed);
        long good = 0;
        long started = Stopwatch.GetTimestamp();
        Task<long> overload = OpenLoop.RunAsync(
            due => CallAsync(site, (isGood, took) =>
            {
                (isGood ? _answered : _refused).Add(took);
                // What was answered after the load was over is not what got through it.
                if (isGood && Stopwatch.GetElapsedTime(started) <= length)
                    Interlocked.Increment(ref good);
            }, due),
            capacity * factor, length, cancellationToken);
        await Task.Delay(length, TimeProvider.System, cancellationToken);
        long executed = Interlocked.Read(ref _executed) - executedBefore;
        _overSince = Stopwatch.GetTimestamp();
        await OpenLoop.RunAsync(_ => CallAsync(site, CountAfter), capacity * Well, After, cancellationToken);
        await overload;
        return new($"{factor} x", protection.Name, round, new Dictionary<string, double>(StringComparer.Ordinal)
        {
            ["goodputShare"] = good / (capacity * length.TotalSeconds),
            ["goodPerSecond"] = good / length.TotalSeconds,
            ["executedPerSecond"] = executed / length.TotalSeconds,
            ["p99Answered"] = _answered.At(99),
            ["p99Refused"] = _refused.At(99),
            ["recoverySeconds"] = RecoveredAfter(),
        });
    }

    private async Task WorkAsync(LoadRequest request, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _executed);
        await Task.Delay(work, TimeProvider.System, cancellationToken);
    }

    private async Task CallAsync(LoadSite site, Action<bool, TimeSpan> ended, long? due = null)
    {
        long began = due ?? Stopwatch.GetTimestamp();
        bool isGood;
        try
        {
            await site.AskAsync();
            isGood = true;
        }
        catch (Exception)
        {
            // What matters is whether and when, not why.
            isGood = false;
        }

        TimeSpan took = Stopwatch.GetElapsedTime(began);
        ended(isGood && took <= settings.Deadline, took);
    }

    private void CountAfter(bool isGood, TimeSpan took)
    {
        int second = (int)(Stopwatch.GetElapsedTime(_overSince) - took).TotalSeconds;
        if (second < 0 || second >= _goodAfter.Length)
            return;
        Interlocked.Increment(ref _askedAfter[second]);
        if (isGood)
            Interlocked.Increment(ref _goodAfter[second]);
    }

    // The first second from which on as good as all calls are answered in time.
    private double RecoveredAfter()
    {
        int second = _goodAfter.Length;
        while (second > 0 && _askedAfter[second - 1] > 0 && _goodAfter[second - 1] >= _askedAfter[second - 1] * Recovered)
            second--;
        return second;
    }
}
