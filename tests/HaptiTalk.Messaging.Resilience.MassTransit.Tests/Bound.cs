using System.Diagnostics;

namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>
/// Tests that measure real time: none runs beside them, neither of this project nor, by the trait, of another.
/// </summary>
[CollectionDefinition(Name, DisableParallelization = true)]
[Trait("RunsAlone", "true")]
public sealed class Timed
{
    public const string Name = "Timed";
}

/// <summary>Measures how far a call goes past its bound.</summary>
internal static class Bound
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(10);

    /// <summary>What a caller may wait past its total timeout.</summary>
    public static readonly TimeSpan Tolerance = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// Runs a call and returns how much longer than <paramref name="total"/> it took, less the longest time for which this machine
    /// let a timer wait meanwhile: a busy machine is not the framework's doing.
    /// </summary>
    public static async Task<TimeSpan> OvertimeAsync(TimeSpan total, Func<Task> call)
    {
        using Stalls stalls = new();
        long start = Stopwatch.GetTimestamp();
        await call();
        return Stopwatch.GetElapsedTime(start) - total - stalls.Longest;
    }

    private sealed class Stalls : IDisposable
    {
        private readonly Lock _gate = new();
        private readonly ITimer _timer;
        private long _last = Stopwatch.GetTimestamp();
        private TimeSpan _longest;

        public Stalls() => _timer = TimeProvider.System.CreateTimer(static stalls => ((Stalls)stalls!).Note(), this, Tick, Tick);

        public TimeSpan Longest
        {
            get
            {
                Note();
                return _longest;
            }
        }

        public void Dispose() => _timer.Dispose();

        private void Note()
        {
            lock (_gate)
            {
                long now = Stopwatch.GetTimestamp();
                TimeSpan late = Stopwatch.GetElapsedTime(_last, now) - Tick;
                _last = now;
                if (late > _longest)
                    _longest = late;
            }
        }
    }
}
