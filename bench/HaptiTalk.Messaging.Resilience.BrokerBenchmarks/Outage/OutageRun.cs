using System.Diagnostics;
using HaptiTalk.Messaging.Resilience.BrokerBenchmarks.Load;
using HaptiTalk.Messaging.Resilience.BrokerBenchmarks.Results;
using HaptiTalk.Messaging.Resilience.Brokers;

namespace HaptiTalk.Messaging.Resilience.BrokerBenchmarks.Outage;

/// <summary>One protection while the dependency of the called service hangs, and after.</summary>
internal sealed class OutageRun(BrokerFixture broker, Protection protection, LoadSettings settings)
{
    public const int PerSecond = 50;

    private static readonly TimeSpan Work = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan Before = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan After = TimeSpan.FromSeconds(45);
    private static readonly TimeSpan Sample = TimeSpan.FromMilliseconds(250);

    // Longer than the breakers need to see what is up.
    private static readonly TimeSpan Opening = TimeSpan.FromSeconds(10);

    private readonly Latencies _during = new();
    private readonly Latencies _onceOpen = new();
    private readonly int[] _executions = new int[(int)After.TotalSeconds + 1];
    private TaskCompletionSource _working = Done();
    private long _waited;
    private long _healedAt;
    private int _goodAfter;
    private int _threads;
    private long _memory;

    public async Task<Measurement> RunAsync(int round, TimeSpan length, CancellationToken cancellationToken)
    {
        await using LoadSite site = await MassTransitSite.StartAsync(broker, protection, settings, WorkAsync, cancellationToken);
        await OpenLoop.RunAsync(_ => CallAsync(site, static (_, _) => { }), PerSecond, Before, cancellationToken);
        int threadsBefore = Threads();
        long memoryBefore = GC.GetTotalMemory(forceFullCollection: true);
        using var watching = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task watch = WatchAsync(watching.Token);

        _working = new(TaskCreationOptions.RunContinuationsAsynchronously);
        long began = Stopwatch.GetTimestamp();
        Task hanging = OpenLoop.RunAsync(
            due => CallAsync(site, (_, took) =>
            {
                Interlocked.Add(ref _waited, took.Ticks);
                _during.Add(took);
                if (Stopwatch.GetElapsedTime(began, due) > Opening)
                    _onceOpen.Add(took);
            }),
            PerSecond, length, cancellationToken);
        await Task.Delay(length, TimeProvider.System, cancellationToken);
        Volatile.Write(ref _healedAt, Stopwatch.GetTimestamp());
        _working.TrySetResult();
        Task<long> after = OpenLoop.RunAsync(
            _ => CallAsync(site, (isGood, _) => Interlocked.Add(ref _goodAfter, isGood ? 1 : 0)), PerSecond, After, cancellationToken);
        await hanging;
        long asked = await after;
        await watching.CancelAsync();
        await watch.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return new("dependency hangs", protection.Name, round, new Dictionary<string, double>(StringComparer.Ordinal)
        {
            ["waitedSeconds"] = TimeSpan.FromTicks(_waited).TotalSeconds,
            ["p50"] = _during.At(50),
            ["p99OnceOpen"] = _onceOpen.At(99),
            ["maxOnceOpen"] = _onceOpen.At(100),
            ["threadsAdded"] = _threads - threadsBefore,
            ["memoryAdded"] = _memory - memoryBefore,
            ["peakShareAfter"] = _executions.Max() / (double)PerSecond,
            ["goodShareAfter"] = _goodAfter / (double)asked,
        });
    }

    private static TaskCompletionSource Done()
    {
        var done = new TaskCompletionSource();
        done.SetResult();
        return done;
    }

    private static int Threads()
    {
        using var process = Process.GetCurrentProcess();
        return process.Threads.Count;
    }

    // The dependency of the called service: it answers soon, or not at all.
    private async Task WorkAsync(LoadRequest request, CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref _healedAt) is var healed and > 0
            && (int)Stopwatch.GetElapsedTime(healed).TotalSeconds is var second && second < _executions.Length)
        {
            Interlocked.Increment(ref _executions[second]);
        }

        await _working.Task.WaitAsync(cancellationToken);
        await Task.Delay(Work, TimeProvider.System, cancellationToken);
    }

    private static async Task CallAsync(LoadSite site, Action<bool, TimeSpan> ended)
    {
        long began = Stopwatch.GetTimestamp();
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

        ended(isGood, Stopwatch.GetElapsedTime(began));
    }

    private async Task WatchAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            _threads = Math.Max(_threads, Threads());
            _memory = Math.Max(_memory, GC.GetTotalMemory(forceFullCollection: false));
            await Task.Delay(Sample, TimeProvider.System, cancellationToken);
        }
    }
}
