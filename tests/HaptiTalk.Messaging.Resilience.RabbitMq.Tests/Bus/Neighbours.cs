using System.Diagnostics;
using System.Globalization;

namespace HaptiTalk.Messaging.Resilience.RabbitMq.Tests.Bus;

/// <summary>What other programs take of the machine's processors, from its making on.</summary>
internal sealed class Neighbours
{
    private const string Statistics = "/proc/stat";

    private readonly long _start = Stopwatch.GetTimestamp();
    private readonly TimeSpan _ours = OurTime();
    private readonly (long Busy, long All) _machine = MachineTicks();

    /// <summary>A share of all processors, 0 to 1; 0 where the system does not tell.</summary>
    public double Share()
    {
        (long busy, long all) = MachineTicks();
        if (all == _machine.All)
            return 0;

        double ours = (OurTime() - _ours) / (Stopwatch.GetElapsedTime(_start) * Environment.ProcessorCount);
        return Math.Max(0, (double)(busy - _machine.Busy) / (all - _machine.All) - ours);
    }

    private static TimeSpan OurTime()
    {
        using var process = Process.GetCurrentProcess();
        return process.TotalProcessorTime;
    }

    // cpu  user nice system idle iowait irq softirq steal …, all since the start of the machine.
    private static (long Busy, long All) MachineTicks()
    {
        if (!File.Exists(Statistics))
            return default;

        long[] ticks =
        [
            .. File.ReadLines(Statistics).First().Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(1).Take(8)
                .Select(static field => long.Parse(field, CultureInfo.InvariantCulture)),
        ];
        long idle = ticks[3] + ticks[4];
        return (ticks.Sum() - idle, ticks.Sum());
    }
}
