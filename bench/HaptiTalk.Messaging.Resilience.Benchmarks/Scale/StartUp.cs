using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace HaptiTalk.Messaging.Resilience.Benchmarks.Scale;

/// <summary>How long it takes from <c>AddMessagingResilience</c> to the end of the first execution.</summary>
internal static class StartUp
{
    private const int Rounds = 11;

    public static async Task<StartUpFigures> MeasureAsync(ScaleSize size)
    {
        double first = await StartAsync(size);
        await StartAsync(ScaleSize.One);
        var one = new List<double>();
        var all = new List<double>();
        for (int round = 0; round < Rounds; round++)
        {
            one.Add(await StartAsync(ScaleSize.One));
            all.Add(await StartAsync(size));
        }

        return new(first, Median.Of(one), Median.Of(all));
    }

    private static async Task<double> StartAsync(ScaleSize size)
    {
        IConfiguration configuration = ScaleHost.Configuration(size);
        var services = new ServiceCollection();
        long startedAt = TimeProvider.System.GetTimestamp();
        await using ServiceProvider provider = services.AddMessagingResilience(configuration).Services.BuildServiceProvider();
        await provider.GetRequiredService<IMessagingResilience>().For("service0").ExecuteAsync(static _ => ValueTask.FromResult(1));
        return TimeProvider.System.GetElapsedTime(startedAt).TotalMilliseconds;
    }
}
