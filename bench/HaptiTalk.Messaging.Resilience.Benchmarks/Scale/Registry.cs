using Microsoft.Extensions.DependencyInjection;

namespace HaptiTalk.Messaging.Resilience.Benchmarks.Scale;

/// <summary>What every further operation costs: memory, and time for each call.</summary>
internal static class Registry
{
    private const int Rounds = 31;
    private const int Calls = 50_000;

    public static async Task<RegistryFigures> MeasureAsync(ScaleSize size)
    {
        await using ServiceProvider oneProvider = Build(ScaleSize.One);
        var one = new ScaleHost(oneProvider, ScaleSize.One);
        await using ServiceProvider provider = Build(size);
        var all = new ScaleHost(provider, size);
        one.Call(0);
        long before = GC.GetTotalMemory(forceFullCollection: true);
        all.CallAll();
        double bytes = (double)(GC.GetTotalMemory(forceFullCollection: true) - before) / size.Operations;
        int kept = provider.GetRequiredService<ServiceStates>().ShownOperations.Count();

        // In turns, so that all of them meet the same noise.
        var rounds = new List<(double One, double Same, double Each)>();
        for (int round = 0; round < Rounds; round++)
            rounds.Add((Time(() => one.Call(0)), Time(() => all.Call(0)), Time(all.CallNext)));
        return new(
            kept,
            bytes,
            Median.Of(rounds.Select(static round => round.One)),
            Median.Of(rounds.Select(static round => round.Same)),
            Median.Of(rounds.Select(static round => round.Each)),
            Median.Of(rounds.Select(static round => round.Same / round.One)),
            Median.Of(rounds.Select(static round => round.Each / round.One)));
    }

    private static double Time(Action call)
    {
        long startedAt = TimeProvider.System.GetTimestamp();
        for (int i = 0; i < Calls; i++)
            call();
        return TimeProvider.System.GetElapsedTime(startedAt).TotalNanoseconds / Calls;
    }

    private static ServiceProvider Build(ScaleSize size) =>
        new ServiceCollection().AddMessagingResilience(ScaleHost.Configuration(size)).Services.BuildServiceProvider();
}
