using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;

namespace HaptiTalk.Messaging.Resilience.BrokerBenchmarks.Soak;

/// <summary>The calling service's load: requests down the chain, and publishes, at a fixed rate whatever becomes of them.</summary>
internal sealed class SoakCalls(IServiceProvider services, Ledger ledger, MachinePauses pauses)
{
    private static readonly TimeSpan Bound = SoakSettings.Total + SoakSettings.Tolerance;

    // Judged at the end: the watchdog may wake up from the same pause a moment later than a call.
    private readonly ConcurrentQueue<(long Begun, long Ended, string End)> _overdue = new();
    private readonly ConcurrentDictionary<string, int> _failures = new(StringComparer.Ordinal);
    private int _number;
    private long _answered;
    private long _unanswered;
    private long _unconfirmed;
    private long _longest;

    public long Answered => Interlocked.Read(ref _answered);

    public long Unanswered => Interlocked.Read(ref _unanswered);

    public long Unconfirmed => Interlocked.Read(ref _unconfirmed);

    /// <summary>What callers were told, and how often.</summary>
    public IReadOnlyDictionary<string, int> Failures => _failures;

    /// <summary>Came back later than promised, even with the machine's own pauses taken off.</summary>
    public IReadOnlyList<string> Late =>
    [
        .. from call in _overdue
           let took = Stopwatch.GetElapsedTime(call.Begun, call.Ended)
           let paused = pauses.Within(call.Begun, call.Ended)
           where took - paused > Bound
           let endedAt = TimeProvider.System.GetLocalNow() - Stopwatch.GetElapsedTime(call.Ended)
           select string.Create(
               CultureInfo.InvariantCulture,
               $"{endedAt:HH:mm:ss.fff}, {call.End}: {took.TotalMilliseconds:0} ms, the machine's pauses {paused.TotalMilliseconds:0} ms"),
    ];

    /// <summary>Came back later than promised.</summary>
    public int Overdue => _overdue.Count;

    public TimeSpan Longest => TimeSpan.FromTicks(Interlocked.Read(ref _longest));

    /// <summary>One request by itself, again until one is answered: with the first, all that a chain needs is made.</summary>
    public async Task BeginAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            await AskAsync();
            if (Answered > 0)
                return;
            await Task.Delay(SoakSettings.Total, TimeProvider.System, cancellationToken);
        }
    }

    /// <summary>A request and a publish.</summary>
    public Task OneOfEachAsync() => Task.WhenAll(AskAsync(), PublishAsync());

    /// <summary>Ends when <paramref name="ending"/> is cancelled and all calls have ended.</summary>
    public Task RunAsync(CancellationToken ending) => Task.WhenAll(RunAsync(AskAsync, ending), RunAsync(PublishAsync, ending));

    private static async Task RunAsync(Func<Task> call, CancellationToken ending)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1) / SoakSettings.PerSecond);
        var running = new List<Task>();
        try
        {
            while (await timer.WaitForNextTickAsync(ending))
            {
                running.RemoveAll(static ended => ended.IsCompletedSuccessfully);
                // Not on this thread: what a call does before it first waits must not hold up the next.
                running.Add(Task.Run(call, CancellationToken.None));
            }
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            // It ends so.
        }

        await Task.WhenAll(running);
    }

    private async Task AskAsync()
    {
        await using AsyncServiceScope scope = services.CreateAsyncScope();
        var client = scope.ServiceProvider.GetRequiredService<IRequestClient<SoakOrder>>();
        bool isAnswered = await TimeAsync(() => client.GetResponse<SoakOrdered>(new SoakOrder(Interlocked.Increment(ref _number))));
        Interlocked.Increment(ref isAnswered ? ref _answered : ref _unanswered);
    }

    private async Task PublishAsync()
    {
        await using AsyncServiceScope scope = services.CreateAsyncScope();
        var publisher = scope.ServiceProvider.GetRequiredService<IPublishEndpoint>();
        int number = ledger.Next();
        if (await TimeAsync(() => publisher.Publish(new SoakEvent(number))))
            ledger.Confirm(number);
        else
            Interlocked.Increment(ref _unconfirmed);
    }

    private async Task<bool> TimeAsync(Func<Task> call)
    {
        long begun = Stopwatch.GetTimestamp();
        string? failed = null;
        try
        {
            await call();
        }
        catch (Exception failure)
        {
            failed = failure.GetType().Name;
            _failures.AddOrUpdate(failed, 1, static (_, times) => times + 1);
        }

        Note(begun, Stopwatch.GetTimestamp(), failed ?? "no failure");
        return failed is null;
    }

    private void Note(long begun, long ended, string end)
    {
        TimeSpan took = Stopwatch.GetElapsedTime(begun, ended);
        long longest = Longest.Ticks;
        while (took.Ticks > longest && Interlocked.CompareExchange(ref _longest, took.Ticks, longest) != longest)
            longest = Longest.Ticks;
        if (took > Bound)
            _overdue.Enqueue((begun, ended, end));
    }
}
